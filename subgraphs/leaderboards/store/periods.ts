import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { boardPeriodClosed } from '../events/events.ts';
import { maximumPeriodsAgo } from '../rules/rules.ts';

/** What the clock does to boards. */
export interface PeriodStore {
  /**
   * Makes the ranks of periods final that ended a day ago or more: until then counts what comes late, from a phone that was
   * offline. Answers how many there were.
   */
  close(signal: AbortSignal): Promise<number>;
  /** Boards of which a period began within these milliseconds. */
  listBegun(withinMs: number, signal: AbortSignal): Promise<string[]>;
  /** Deletes scores of periods that nobody can read any longer. */
  prune(signal: AbortSignal): Promise<void>;
}

/** Boards in one transaction. */
const BATCH = 500;

export function createPeriodStore(
  { transaction, query }: Database<PrismaClient>,
  now: () => number,
): PeriodStore {
  return {
    async close(signal) {
      let closed = 0;
      for (;;) {
        signal.throwIfAborted();
        const count = await transaction(async ({ tx, append }) => {
          const rows = await queryIn(tx, CLOSE, [new Date(now()), BATCH]);
          await append(
            ...rows.map(({ leaderboardId, startsOn }) => boardPeriodClosed(leaderboardId, startsOn)),
          );
          return rows.length;
        });
        closed += count;
        if (count < BATCH) return closed;
      }
    },

    async listBegun(withinMs, signal) {
      const present = now();
      const rows = await query(BEGUN, [new Date(present), new Date(present - withinMs)], signal);
      return rows.map(({ id }) => id);
    },

    async prune(signal) {
      await query(PRUNE, [new Date(now()), maximumPeriodsAgo], signal);
    },
  };
}

/** Of each board the newest period that ended a day ago: those before it are closed already, or had nobody. */
export const CLOSE = sql<[now: Date, limit: number], { leaderboardId: string; startsOn: string }>(`
  INSERT INTO closed_periods (board_id, starts_on, closed_at)
  SELECT b.id, ended.starts_on, $1::timestamptz FROM boards b
  CROSS JOIN LATERAL board_period_at(b.period, b.time_zone, $1::timestamptz - interval '1 day') AS present
  CROSS JOIN LATERAL board_period_at(b.period, b.time_zone, present.starts_at - interval '1 hour') AS ended
  WHERE b.period <> 'ALL_TIME' AND ended.ends_at > b.created_at
    AND NOT EXISTS (SELECT FROM closed_periods c WHERE c.board_id = b.id AND c.starts_on = ended.starts_on)
  ORDER BY b.id LIMIT $2::integer
  ON CONFLICT DO NOTHING
  RETURNING board_id AS "leaderboardId", starts_on::text AS "startsOn"`);

export const BEGUN = sql<[now: Date, since: Date], { id: string }>(`
  SELECT b.id FROM boards b
  CROSS JOIN LATERAL board_period_at(b.period, b.time_zone, $1) AS present
  WHERE b.period <> 'ALL_TIME' AND present.starts_at > $2`);

export const PRUNE = sql<[now: Date, periodsKept: number]>(`
  DELETE FROM board_scores s USING boards b
  WHERE b.id = s.board_id AND s.starts_on < ($1::timestamptz - make_interval(
    months => CASE b.period WHEN 'MONTHLY' THEN $2::integer + 1 ELSE 0 END,
    weeks => CASE b.period WHEN 'WEEKLY' THEN $2::integer + 1 ELSE 0 END
  ))::date AND b.period <> 'ALL_TIME'`);
