import type { PoolClient } from 'pg';
import type { Database } from '../db/database.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import { mondaysAhead, weekPartition } from './weeks.ts';

export interface RetentionOptions {
  /** How long events can be replayed, days; a week is dropped when all of it is older. 30 where left out. */
  keepDays?: number;
  /** The present, milliseconds since 1970. */
  now?(): number;
}

/** How long an answer is kept that an idempotency key asks for again, hours. */
const KEEP_ANSWERS_HOURS = 24;
/** Weeks that are made before they begin, so that a month without this job does no harm. */
const WEEKS_AHEAD = 5;
const BATCH = 1_000;
const DAY_MS = 24 * 60 * 60_000;

/** What keeps a domain's event log and its idempotency keys from growing for ever. */
export function maintenanceJobs(
  db: Pick<Database<unknown>, 'pool'>,
  { keepDays = 30, now = Date.now }: RetentionOptions = {},
): JobDefinition[] {
  return [
    {
      name: 'events.make-weeks',
      cron: '7 * * * *',
      run: () => makeWeeks(db, now()),
    },
    {
      name: 'events.drop-weeks',
      cron: '17 3 * * *',
      run: (signal) => dropWeeks(db, now() - keepDays * DAY_MS, signal),
    },
    {
      name: 'idempotency.forget',
      cron: '27 * * * *',
      run: (signal) => inBatches(db, FORGET_ANSWERS, [KEEP_ANSWERS_HOURS, BATCH], signal),
    },
  ];
}

/**
 * Makes the partitions of this week and the next ones. A week that the default partition has begun to hold (this one, in a
 * new database) stays there: moving its rows would hold up everybody who appends.
 */
async function makeWeeks({ pool }: Pick<Database<unknown>, 'pool'>, now: number): Promise<void> {
  const client = await pool.connect();
  try {
    for (const monday of mondaysAhead(now, WEEKS_AHEAD + 1)) {
      const { name, from, to } = weekPartition(monday);
      const { rows } = await client.query<{ needed: boolean }>(WEEK_IS_NEEDED, [name, from, to]);
      if (rows[0]?.needed !== true) continue;
      // Attached rather than made as a partition, which would lock the whole log.
      await inTransaction(
        client,
        `CREATE TABLE ${name} (LIKE events INCLUDING DEFAULTS INCLUDING STORAGE)`,
        `ALTER TABLE events ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
    }
  } finally {
    client.release();
  }
}

/** Drops the weeks that ended before `before`, and deletes as old events from the default partition. */
async function dropWeeks(
  db: Pick<Database<unknown>, 'pool'>,
  before: number,
  signal: AbortSignal,
): Promise<void> {
  const client = await db.pool.connect();
  try {
    const { rows } = await client.query<{ name: string }>(WEEKS);
    for (const { name } of rows) {
      // The week that holds `before` has days to go, and all later ones have too: names sort by time.
      if (signal.aborted || name >= weekPartition(before).name) break;
      if (await holdsUnsealed(client, name)) continue;
      await inTransaction(client, `DROP TABLE ${name}`);
    }
  } finally {
    client.release();
  }
  await inBatches(db, DELETE_OLD_EVENTS, [new Date(before), BATCH], signal);
}

/** What was never announced is not dropped: its relay has been away for as long as events are kept. */
async function holdsUnsealed(client: PoolClient, table: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT 1 FROM ${table} WHERE position IS NULL LIMIT 1`);
  return rows.length > 0;
}

/** Rather fails, to be tried again by the next run, than make everybody wait behind a lock that does not come. */
async function inTransaction(client: PoolClient, ...statements: string[]): Promise<void> {
  try {
    await client.query(['BEGIN', "SET LOCAL lock_timeout = '2s'", ...statements, 'COMMIT'].join('; '));
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** Runs a statement that takes at most BATCH rows until it takes fewer. */
async function inBatches(
  { pool }: Pick<Database<unknown>, 'pool'>,
  sql: string,
  values: unknown[],
  signal: AbortSignal,
): Promise<void> {
  for (let taken = BATCH; taken === BATCH && !signal.aborted; ) {
    taken = (await pool.query(sql, values)).rowCount ?? 0;
  }
}

const WEEK_IS_NEEDED = `
SELECT to_regclass($1) IS NULL AND NOT EXISTS (
  SELECT FROM events_default WHERE occurred_at >= $2::timestamptz AND occurred_at < $3::timestamptz
) AS needed`;

const WEEKS = `
SELECT child.relname AS name
FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'events'::regclass AND child.relname ~ '^events_[0-9]{8}$'
ORDER BY child.relname`;

const DELETE_OLD_EVENTS = `
DELETE FROM events_default WHERE ctid = ANY (ARRAY (
  SELECT ctid FROM events_default WHERE occurred_at < $1 AND position IS NOT NULL LIMIT $2
))`;

const FORGET_ANSWERS = `
DELETE FROM idempotency_keys WHERE (viewer_id, method, key) IN (
  SELECT viewer_id, method, key FROM idempotency_keys
  WHERE created_at < now() - make_interval(hours => $1) LIMIT $2
)`;
