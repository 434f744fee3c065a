import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sealEvents } from '../relay.ts';
import { maintenanceJobs, weekPartition } from '../retention.ts';
import { messageSent, openStores, type Stores } from './stores.ts';

const DAY = 24 * 60 * 60_000;
/** What the clock of these tests shows, a Friday: 45 days before it is another week than 50 days before it. */
const NOW = Date.parse('2026-11-27T12:00:00Z');
let stores: Stores;
beforeEach(async () => {
  stores = await openStores();
});
afterEach(() => stores.close());

/** Runs a job as the domain's own role. */
async function run(name: string, now = NOW): Promise<void> {
  const job = maintenanceJobs(stores.messaging.db, { now: () => now }).find((known) => known.name === name);
  if (job === undefined) throw new Error(`no job ${name}`);
  await job.run(new AbortController().signal);
}

/** Partitions, with how many events each holds. */
async function partitions(): Promise<Record<string, number>> {
  const { rows } = await stores.admin.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
      WHERE inhparent = 'messaging.events'::regclass ORDER BY 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const found = await stores.admin.query(`SELECT count(*)::int AS n FROM messaging.${name}`);
    counts[name] = found.rows[0].n;
  }
  return counts;
}

/** Has an event occur at another time than PostgreSQL's, which puts it into the partition of that time. */
const occurred = (seq: number, at: number) =>
  stores.admin.query('UPDATE messaging.events SET occurred_at = $1 WHERE seq = $2', [new Date(at), seq]);

describe('weeks', () => {
  test('this week and five more are made, and events go into theirs', async () => {
    await run('events.make-weeks');
    await stores.messaging.append(messageSent('c'));
    await occurred(1, NOW);
    const weeks = [0, 1, 2, 3, 4, 5].map((week) => weekPartition(NOW + week * 7 * DAY).name);
    expect(await partitions()).toEqual({
      ...Object.fromEntries(weeks.map((name) => [name, 0])),
      [weeks[0] ?? '']: 1,
      events_default: 0,
    });
    expect((await sealEvents(stores.messaging.db.pool)).length).toBe(1);
    expect((await stores.messaging.eventLog.readLog(0, 10)).events).toHaveLength(1);
  });

  test('making them again, later, makes only what is missing', async () => {
    await run('events.make-weeks');
    await run('events.make-weeks', NOW + 7 * DAY);
    expect(Object.keys(await partitions())).toHaveLength(7 + 1);
  });

  test('a week that has begun in the default partition stays there', async () => {
    await stores.messaging.append(messageSent('c'));
    await occurred(1, NOW);
    await run('events.make-weeks');
    const found = await partitions();
    expect(found['events_default']).toBe(1);
    expect(found).not.toHaveProperty(weekPartition(NOW).name);
    expect(found).toHaveProperty(weekPartition(NOW + 7 * DAY).name);
  });

  test('an append that is under way makes the job fail in time rather than everybody wait', async () => {
    await stores.messaging.db.transaction(async ({ append }) => {
      await append(messageSent('c'));
      await expect(run('events.make-weeks')).rejects.toThrow('lock timeout');
    });
    await run('events.make-weeks');
  });

  test('are dropped when all of them is older than 30 days, and what is sealed', async () => {
    const start = NOW - 60 * DAY;
    for (const days of [0, 35]) await run('events.make-weeks', start + days * DAY);
    await stores.messaging.append(...Array.from({ length: 4 }, () => messageSent('c')));
    await sealEvents(stores.messaging.db.pool);
    await stores.messaging.append(messageSent('c'));
    await occurred(1, start);
    await occurred(2, NOW - 50 * DAY);
    await occurred(3, NOW - 20 * DAY);
    await occurred(4, NOW);
    await occurred(5, NOW - 45 * DAY);
    const unsealed = weekPartition(NOW - 45 * DAY).name;
    await run('events.drop-weeks');

    const { events, oldestSeq, headSeq } = (await stores.messaging.eventLog.readTopic(
      'messaging.conversation.c',
      0,
      10,
    )) ?? { events: [] };
    expect(events.map((event) => event.seq)).toEqual(['3', '4', '5']);
    expect([oldestSeq, headSeq]).toEqual([3, 5]);
    const found = await partitions();
    expect(found).toHaveProperty(unsealed);
    expect(found).not.toHaveProperty(weekPartition(start).name);
    expect(found).toHaveProperty(weekPartition(NOW - 30 * DAY).name);
  });

  test('old events of the default partition are deleted', async () => {
    await stores.messaging.append(messageSent('c'), messageSent('c'));
    await sealEvents(stores.messaging.db.pool);
    await occurred(1, NOW - 31 * DAY);
    await occurred(2, NOW);
    await run('events.drop-weeks');
    expect(await partitions()).toEqual({ events_default: 1 });
  });
});

test('idempotency keys are forgotten after a day', async () => {
  await stores.admin.query(
    `INSERT INTO messaging.idempotency_keys (viewer_id, method, key, request_hash, created_at)
     SELECT 'ada', 'SendMessage', 'old-' || n, ''::bytea, now() - interval '25 hours' FROM generate_series(1, 2500) n
     UNION ALL SELECT 'ada', 'SendMessage', 'young', ''::bytea, now() - interval '23 hours'`,
  );
  await run('idempotency.forget');
  const { rows } = await stores.admin.query('SELECT key FROM messaging.idempotency_keys');
  expect(rows).toEqual([{ key: 'young' }]);
});

test('a week begins on Monday, UTC', () => {
  const week = { name: 'events_20261116', from: '2026-11-16T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' };
  expect(weekPartition(Date.parse('2026-11-16T00:00:00Z'))).toEqual(week);
  expect(weekPartition(Date.parse('2026-11-22T23:59:59.999Z'))).toEqual(week);
});
