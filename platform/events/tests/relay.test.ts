import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import { logChannel, topicChannel } from '../channels.ts';
import { createLeases, leaseSessionName } from '../leases.ts';
import { createRelay, type Relay, type RelayOptions } from '../relay.ts';
import { createWakeups, type Wakeups } from '../wakeups.ts';
import { log, messageSent, metrics, openStores, type Stores } from './stores.ts';

let stores: Stores;
let closers: (() => Promise<void>)[];
beforeEach(async () => {
  stores = await openStores();
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await stores.close();
});

function openWakeups(): Wakeups {
  const wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
  closers.push(() => wakeups.close());
  return wakeups;
}

/** A relay as a process of its own would have it. */
function openRelay(options: Partial<RelayOptions> = {}): Relay {
  const leases = createLeases({ connectionString: stores.messaging.url, domain: 'messaging', log });
  closers.push(() => leases.close());
  const relay = createRelay({
    domain: 'messaging',
    leases,
    wakeups: openWakeups(),
    log,
    metrics,
    ...options,
  });
  closers.push(() => relay.close());
  return relay;
}

const sealed = async () => (await stores.messaging.eventLog.readLog(0, 1_000)).events;
const untilSealed = (count: number) =>
  vi.waitFor(async () => expect(await sealed()).toHaveLength(count), PATIENCE);

describe('sealing', () => {
  test('positions have no gap and keep the order of every topic, whatever the writers do', async () => {
    const relay = openRelay();
    stores.messaging.onAppended(() => relay.wake());
    const seen: string[] = [];
    let position = 0;
    const read = async () => {
      const page = await stores.messaging.eventLog.readLog(position, 1_000);
      for (const event of page.events) {
        // A reader that never looks back must meet every position, in order, at the first look.
        expect(Number(event.position)).toBe(position + 1);
        position += 1;
        seen.push(`${event.topic.at(-1)}${event.seq}`);
      }
    };
    const write = async (writer: number) => {
      for (let round = 0; round < 25; round++) {
        const drafts = [messageSent(String(writer % 3)), messageSent(String((writer + round) % 3))];
        const done = stores.messaging.db.transaction(async ({ append }) => {
          await append(...drafts);
          if ((writer + round) % 6 === 0) throw new Error('undo');
        });
        await done.catch(() => undefined);
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    let writing = true;
    void writers.finally(() => {
      writing = false;
    });
    while (writing) await read();
    await vi.waitFor(async () => {
      await read();
      const heads = await stores.messaging.eventLog.heads(
        [0, 1, 2].map((name) => `messaging.conversation.${name}`),
      );
      expect(seen).toHaveLength(heads.reduce((sum, { headSeq }) => sum + headSeq, 0));
    }, PATIENCE);
    for (const topic of ['0', '1', '2']) {
      const seqs = seen.filter((entry) => entry.startsWith(topic)).map((entry) => Number(entry.slice(1)));
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
  });

  test('an event that was appended first and committed last comes last', async () => {
    const relay = openRelay();
    const { db, append } = stores.messaging;
    const hold = Promise.withResolvers<void>();
    const appended = Promise.withResolvers<void>();
    const slow = db.transaction(async (transaction) => {
      await transaction.append(messageSent('slow'));
      appended.resolve();
      await hold.promise;
    });
    await appended.promise;
    await append(messageSent('quick'));
    relay.wake();
    await untilSealed(1);
    hold.resolve();
    await slow;
    relay.wake();
    await untilSealed(2);
    expect((await sealed()).map((event) => event.messageSent?.conversationId)).toEqual(['quick', 'slow']);
  });

  test('what nobody announced is found by the sweep', async () => {
    openRelay();
    await stores.messaging.append(messageSent('silent'));
    await untilSealed(1);
  });

  test('nothing is written while there is nothing to seal', async () => {
    const sweeps = vi.fn();
    openRelay({ sweepMs: 10, onPoint: sweeps });
    await stores.messaging.append(messageSent('one'));
    await untilSealed(1);
    const writes = async () => {
      const { rows } = await stores.admin.query(
        `SELECT sum(n_tup_upd)::int AS writes FROM pg_stat_user_tables WHERE schemaname = 'messaging'`,
      );
      return rows[0].writes as number;
    };
    const idle = async () => {
      const { rows } = await stores.admin.query(
        `SELECT calls::int FROM pg_stat_statements WHERE query LIKE '%width_bucket(events.entry%'
          AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return rows[0].calls as number;
    };
    const calls = await idle();
    await vi.waitFor(async () => expect(await idle()).toBeGreaterThan(calls + 20), PATIENCE);
    await vi.waitFor(async () => expect(await writes()).toBe(2), PATIENCE);
    expect(sweeps.mock.calls).toEqual([['sealed'], ['woken']]);
  });
});

describe('wake-ups', () => {
  test("go to the topic with its seq, to the log with its position, and to the domain's further topics", async () => {
    const relay = openRelay({ topicsOf: async (events) => events.map(() => 'messaging.typing.c') });
    const wakeups = openWakeups();
    const heard: [string, number][] = [];
    for (const channel of [
      topicChannel('messaging.conversation.c'),
      topicChannel('messaging.typing.c'),
      logChannel('messaging'),
    ]) {
      await wakeups.listen(channel, (head) => void heard.push([channel, head]));
    }
    await vi.waitFor(() => wakeups.publish('test:hello', 0), PATIENCE);
    await stores.messaging.append(messageSent('c'), messageSent('c'), messageSent('c'));
    relay.wake();
    // Other tests' logs of messaging wake listeners through the same Redis.
    await vi.waitFor(
      () =>
        expect(heard).toEqual(
          expect.arrayContaining([
            ['fitme:log:messaging', 3],
            ['fitme:topic:messaging.conversation.c', 3],
            ['fitme:topic:messaging.typing.c', 0],
          ]),
        ),
      PATIENCE,
    );
  });

  test('Redis away keeps nothing from being sealed', async () => {
    const away = createWakeups({ redisUrl: 'redis://127.0.0.1:1', log });
    closers.push(() => away.close());
    const relay = openRelay({ wakeups: away });
    await stores.messaging.append(messageSent('c'));
    relay.wake();
    await untilSealed(1);
  });

  test('the process that does not hold the lease hands its wake-ups to the one that does', async () => {
    const slow = { sweepMs: 60_000 };
    const first = openRelay(slow);
    await stores.messaging.append(messageSent('c'));
    first.wake();
    await untilSealed(1);
    const second = openRelay(slow);
    const listening = new Redis(inject('redisUrl'));
    closers.push(async () => listening.disconnect());
    // Relays of other tests may listen on the same Redis, too.
    await vi.waitFor(async () => {
      const [, listeners] = await listening.pubsub('NUMSUB', 'fitme:relay:messaging');
      expect(listeners).toBeGreaterThanOrEqual(1);
    }, PATIENCE);
    await stores.messaging.append(messageSent('c'));
    // Its own connection to Redis may not stand at the first try.
    await vi.waitFor(async () => {
      second.wake();
      expect(await sealed()).toHaveLength(2);
    }, PATIENCE);
  });
});

describe('several processes', () => {
  const holders = async () => {
    const { rows } = await stores.admin.query<{ pid: number }>(
      `SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
          AND a.application_name = $1`,
      [leaseSessionName('messaging')],
    );
    return rows.map(({ pid }) => pid);
  };

  test('one seals; when its connection is cut, another does, and the log has no break', async () => {
    const points = [0, 1, 2].map(() => vi.fn());
    const relays = points.map((onPoint) => openRelay({ onPoint }));
    const wakeAll = () => relays.forEach((relay) => void relay.wake());
    await vi.waitFor(async () => expect(await holders()).toHaveLength(1), PATIENCE);

    await stores.messaging.append(messageSent('c'));
    wakeAll();
    await untilSealed(1);
    // The one that has sealed says so a moment after its commit.
    const sealers = () => points.filter((point) => point.mock.calls.length > 0);
    await vi.waitFor(() => expect(sealers()).toHaveLength(1), PATIENCE);

    for (let round = 0; round < 3; round++) {
      const [holder] = await holders();
      await stores.admin.query('SELECT pg_terminate_backend($1)', [holder]);
      await stores.messaging.append(messageSent('c'), messageSent('d'));
      await untilSealed(1 + (round + 1) * 2);
      await vi.waitFor(async () => expect(await holders()).toHaveLength(1), PATIENCE);
    }
    expect((await sealed()).map(({ position }) => Number(position))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('a relay that is closed leaves the lease to the next one, and no connection', async () => {
    const relay = openRelay();
    await vi.waitFor(async () => expect(await holders()).toHaveLength(1), PATIENCE);
    await relay.close();
    openRelay();
    await stores.messaging.append(messageSent('c'));
    await untilSealed(1);
    for (const close of closers.splice(0).reverse()) await close();
    const { rows } = await stores.admin.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE application_name = $1 AND datname = current_database()`,
      [leaseSessionName('messaging')],
    );
    expect(rows[0].n).toBe(0);
  });
});
