import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import { createLeases } from '../leases.ts';
import { createRelay } from '../relay.ts';
import { createRevocations, type Revocations } from '../revocations.ts';
import { createWakeups } from '../wakeups.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { log, metrics, openStores, type Stores } from './stores.ts';

let stores: Stores;
let sources: Sources;
let closers: (() => Promise<void>)[];
beforeEach(async () => {
  stores = await openStores();
  sources = sourcesOf('users', stores.users);
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await stores.close();
});

/** What the users domain appends when a session ends. */
function revoke(...sessions: string[]) {
  return stores.users.append(
    ...sessions.map((sessionId) => ({
      topic: 'users.revocations',
      kind: 'users.session-revoked',
      payload: { sessionRevoked: { sessionId, userId: 'ada' } },
    })),
  );
}

/** A process that follows the revocations; its clock may be ahead. */
function follow(options: { redisUrl?: string; aheadMs?(): number } = {}): Revocations {
  const { redisUrl = inject('redisUrl'), aheadMs = () => 0 } = options;
  const wakeups = createWakeups({ redisUrl, log });
  const now = () => Date.now() + aheadMs();
  const revocations = createRevocations({ wakeups, log, now });
  revocations.follow(sources.live);
  closers.push(() => wakeups.close());
  closers.push(() => revocations.close());
  return revocations;
}

function relay(): void {
  const wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
  const leases = createLeases({ connectionString: stores.users.url, domain: 'users', log });
  const running = createRelay({ domain: 'users', leases, wakeups, log, metrics });
  stores.users.onAppended(() => running.wake());
  closers.push(() => wakeups.close());
  closers.push(() => leases.close());
  closers.push(() => running.close());
}

test('a session that was revoked before the start is known when the list is ready', async () => {
  await revoke('gone');
  const revocations = follow();
  expect(revocations.ready()).toBe(false);
  await revocations.caughtUp;
  expect(revocations.ready()).toBe(true);
  expect([revocations.isRevoked('gone'), revocations.isRevoked('other')]).toEqual([true, false]);
});

test('every process knows of it, with Redis and without', async () => {
  relay();
  const all = [follow(), follow(), follow({ redisUrl: 'redis://127.0.0.1:1' })];
  await Promise.all(all.map(({ caughtUp }) => caughtUp));
  for (let round = 0; round < 3; round++) {
    const session = randomUUID();
    await revoke(session);
    await vi.waitFor(
      () => expect(all.map((list) => list.isRevoked(session))).toEqual([true, true, true]),
      PATIENCE,
    );
  }
});

test('listeners are called once for each session, until they leave', async () => {
  relay();
  const revocations = follow();
  const [stays, leaves] = [vi.fn(), vi.fn()];
  revocations.onRevoked(() => {
    throw new Error('mine');
  });
  revocations.onRevoked(stays);
  const leave = revocations.onRevoked(leaves);
  await revoke('a', 'b', 'a');
  await vi.waitFor(() => expect(stays.mock.calls).toEqual([['a'], ['b']]), PATIENCE);
  leave();
  await revoke('c');
  await vi.waitFor(() => expect(stays).toHaveBeenLastCalledWith('c'), PATIENCE);
  expect(leaves.mock.calls).toEqual([['a'], ['b']]);
});

test('a revocation is forgotten when the last token of its session has expired', async () => {
  relay();
  let aheadMs = 0;
  const revocations = follow({ aheadMs: () => aheadMs });
  await revoke('old');
  await vi.waitFor(() => expect(revocations.isRevoked('old')).toBe(true), PATIENCE);
  aheadMs = 15 * 60_000;
  await revoke('young');
  await vi.waitFor(() => expect(revocations.isRevoked('young')).toBe(true), PATIENCE);
  expect(revocations.isRevoked('old')).toBe(true);
  aheadMs = 17 * 60_000;
  await revoke('younger');
  await vi.waitFor(() => expect(revocations.isRevoked('old')).toBe(false), PATIENCE);
});

test('the list answers from what it knows while the users domain is away', async () => {
  const revocations = follow();
  await revoke('a');
  await vi.waitFor(() => expect(revocations.isRevoked('a')).toBe(true), PATIENCE);
  sources.away = true;
  const { calls } = sources;
  await revoke('b');
  await vi.waitFor(() => expect(sources.calls).toBeGreaterThan(calls), PATIENCE);
  expect([revocations.isRevoked('a'), revocations.isRevoked('b')]).toEqual([true, false]);
  sources.away = false;
  await vi.waitFor(() => expect(revocations.isRevoked('b')).toBe(true), PATIENCE);
});
