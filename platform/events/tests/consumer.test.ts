import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import { PATIENCE } from '#tests/patience.ts';
import { logChannel } from '../channels.ts';
import { type Consumer, type ConsumerOptions, createConsumer } from '../consuming/consumer.ts';
import { createLeases, type Leases } from '../leases.ts';
import { sealEvents } from '../seal.ts';
import { createWakeups, type Wakeups } from '../wakeups.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { log, messageSent, metrics, openStores, type Stores } from './stores.ts';

type Definition = ConsumerDefinition<PrismaClient, ReadonlySet<string>>;

let stores: Stores;
let sources: Sources;
let wakeups: Wakeups;
let closers: (() => Promise<void>)[];
beforeEach(async () => {
  stores = await openStores();
  await stores.admin.query('CREATE TABLE notifications.applied (nth serial, message text)');
  sources = sourcesOf('messaging', stores.messaging);
  wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await wakeups.close();
  await stores.close();
});

/** Adds a row an event: a second application, or none, shows. */
const definition: Definition = {
  name: 'messages',
  from: 'messaging',
  kinds: ['messaging.message-sent'],
  load: async (events) => new Set(events.map((event) => event.messageSent?.messageId ?? '')),
  async apply({ tx }, event, loaded) {
    const message = event.messageSent?.messageId ?? '';
    expect(loaded).toContain(message);
    await tx.$executeRawUnsafe('INSERT INTO applied (message) VALUES ($1)', message);
  },
};

interface Running {
  consumer: Consumer;
  leases: Leases;
}

function run(options: Partial<ConsumerOptions<PrismaClient, ReadonlySet<string>>> = {}): Running {
  const leases = options.leases ?? openLeases(100);
  closers.push(() => leases.close());
  const consumer = createConsumer({
    domain: 'notifications',
    definition,
    db: stores.notifications.db,
    source: sources.events,
    wakeups,
    leases,
    log,
    metrics,
    pollMs: 100,
    ...options,
  });
  closers.push(() => consumer.close());
  return { consumer, leases };
}

function openLeases(retryMs: number): Leases {
  return createLeases({ connectionString: stores.notifications.url, domain: 'notifications', log, retryMs });
}

/** Appends messages of these ids, and seals them as the relay does. */
async function send(...ids: string[]): Promise<void> {
  await stores.messaging.append(...ids.map((id) => messageSent('c', id)));
  await sealEvents(stores.messaging.db.pool);
}

async function applied(): Promise<string[]> {
  const { rows } = await stores.admin.query<{ message: string }>(
    'SELECT message FROM notifications.applied ORDER BY nth',
  );
  return rows.map(({ message }) => message);
}

const untilApplied = (...ids: string[]) =>
  vi.waitFor(async () => expect(await applied()).toEqual(ids), PATIENCE);

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `m${index}`);

describe('applying', () => {
  test('every event once and in order, over batches, also those that came before the start', async () => {
    const ids = numbered(45);
    await send(...ids.slice(0, 25));
    run({ batch: 10 });
    await send(...ids.slice(25));
    await untilApplied(...ids);
  });

  test('no more at a time than the definition says', async () => {
    const load = vi.fn(definition.load);
    const ids = numbered(7);
    await send(...ids);
    run({ definition: { ...definition, load, batch: 3 } });
    await untilApplied(...ids);
    expect(load.mock.calls.map(([events]) => events.length)).toEqual([3, 3, 1]);
  });

  test('begins at once when the log wakes it', async () => {
    run({ pollMs: 60_000 });
    await untilApplied();
    await send('a');
    await vi.waitFor(async () => {
      await wakeups.publish(logChannel('messaging'), 1);
      expect(await applied()).toEqual(['a']);
    }, PATIENCE);
  });

  test('other kinds move the position on and reach nobody', async () => {
    const load = vi.fn(definition.load);
    await stores.messaging.append({
      topic: 'messaging.conversation.c',
      kind: 'messaging.conversation-started',
      payload: { conversationStarted: { conversationId: 'c', actorId: 'ada' } },
    });
    await sealEvents(stores.messaging.db.pool);
    run({ definition: { ...definition, load } });
    await vi.waitFor(async () => {
      const { rows } = await stores.admin.query('SELECT position::int FROM notifications.consumer_positions');
      expect(rows).toEqual([{ position: 1 }]);
    }, PATIENCE);
    expect(load).not.toHaveBeenCalled();
  });

  test('a consumer that has lost its lease closes when the turn that was under way has ended, and not before', async () => {
    const stuck = Promise.withResolvers<void>();
    const load = vi.fn(async (events: Parameters<Definition['load']>[0]) => {
      await stuck.promise;
      return definition.load(events);
    });
    let lose = () => {};
    const lost: Leases = {
      take(_name, holder) {
        holder.onHeld(stores.admin);
        lose = () => holder.onLost();
        return async () => undefined;
      },
      close: async () => undefined,
    };
    await send('a');
    const { consumer } = run({ leases: lost, definition: { ...definition, load } });
    await vi.waitFor(() => expect(load).toHaveBeenCalled(), PATIENCE);
    lose();
    const closed = consumer.close().then(() => applied());
    stuck.resolve();
    expect(await closed).toEqual(['a']);
  });

  test('two processes at work at the same time, both sure of their lease, apply nothing twice', async () => {
    const everybody: Leases = {
      take(_name, holder) {
        holder.onHeld(stores.admin);
        return async () => holder.onLost();
      },
      close: async () => undefined,
    };
    const ids = numbered(200);
    const load = async (events: Parameters<Definition['load']>[0]) => {
      await stores.admin.query('SELECT pg_sleep(0.005)');
      return definition.load(events);
    };
    for (let process = 0; process < 3; process++) {
      run({ batch: 7, pollMs: 5, leases: everybody, definition: { ...definition, load } });
    }
    for (let at = 0; at < ids.length; at += 20) await send(...ids.slice(at, at + 20));
    await untilApplied(...ids);
  });

  test('another process takes over when the connection of the one at work is cut', async () => {
    const second = vi.fn();
    // The first does not come back, so that it must be the second who goes on.
    run({ leases: openLeases(60_000) });
    await send('a');
    await untilApplied('a');
    run({ onPoint: second });
    expect(second).not.toHaveBeenCalled();
    await stores.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND application_name = 'fitme-notifications-leases'
          AND datname = current_database()`,
    );
    await send('b');
    await untilApplied('a', 'b');
    expect(second).toHaveBeenCalledWith('applied');
  });
});

describe('failing', () => {
  test('a source that is away is waited for', async () => {
    sources.away = true;
    run();
    await send('a');
    await vi.waitFor(() => expect(sources.calls).toBeGreaterThan(2), PATIENCE);
    sources.away = false;
    await untilApplied('a');
  });

  test('an event that cannot be applied stops the consumer there, and nothing before it', async () => {
    let poisoned = true;
    await send('a', 'b', 'poison', 'c');
    run({
      definition: {
        ...definition,
        async apply(transaction, event, loaded) {
          await definition.apply(transaction, event, loaded);
          if (poisoned && event.messageSent?.messageId === 'poison') throw new Error('cannot');
        },
      },
    });
    await untilApplied('a', 'b');
    await send('d');
    const { calls } = sources;
    await vi.waitFor(() => expect(sources.calls).toBeGreaterThan(calls + 2), PATIENCE);
    expect(await applied()).toEqual(['a', 'b']);
    poisoned = false;
    await untilApplied('a', 'b', 'poison', 'c', 'd');
  });

  test.each(['read', 'loaded', 'applied', 'consumed'] as const)(
    'one that breaks off at the point "%s" goes on without loss or doubling',
    async (point) => {
      let breaks = 3;
      await send(...numbered(5));
      run({
        batch: 2,
        async onPoint(reached) {
          if (reached !== point || breaks === 0) return;
          breaks -= 1;
          throw new Error('broken off');
        },
      });
      await vi.waitFor(() => expect(breaks).toBe(0), PATIENCE);
      await send('last');
      await vi.waitFor(async () => expect(await applied()).toEqual([...numbered(5), 'last']), PATIENCE);
    },
  );
});

describe('lost history', () => {
  test('goes on with the oldest kept where events were dropped unread', async () => {
    await send('a');
    const { consumer } = run();
    await untilApplied('a');
    await consumer.close();
    await send('b', 'c', 'd');
    await stores.admin.query('DELETE FROM messaging.events WHERE position < 4');
    const restarted = run();
    await untilApplied('a', 'd');
    await restarted.consumer.close();
  });

  test('a log of another epoch is read from its oldest', async () => {
    await send('a', 'b');
    run();
    await untilApplied('a', 'b');
    await stores.admin.query(`UPDATE messaging.log_epoch SET epoch = 'restored'`);
    await untilApplied('a', 'b', 'a', 'b');
    await send('c');
    await untilApplied('a', 'b', 'a', 'b', 'c');
  });
});
