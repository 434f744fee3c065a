import type { Database } from '#platform/db/database.ts';
import type { SqlTransaction } from '#platform/sql/statement.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';

/** Where people live, of those who train. */
export function createTimeZoneStore(db: Database<unknown>) {
  return {
    /** By person, of those who are known here. */
    async known(userIds: readonly string[], signal?: AbortSignal): Promise<Map<string, string>> {
      const rows = await db.query(KNOWN, [userIds], signal);
      return new Map(rows.map(({ userId, timeZone }) => [userId, timeZone]));
    },

    /** Keeps what was asked of users; what an event has told meanwhile stays. */
    async learn(userId: string, timeZone: string): Promise<void> {
      await db.query(LEARN, [userId, timeZone]);
    },

    /** Follows somebody's profile, where they are known here. */
    async keep(tx: SqlTransaction, userId: string, timeZone: string): Promise<void> {
      await executeIn(tx, KEEP, [userId, timeZone]);
    },
  };
}

export type TimeZoneStore = ReturnType<typeof createTimeZoneStore>;

export const KNOWN = sql<[userIds: readonly string[]], { userId: string; timeZone: string }>(
  'SELECT user_id AS "userId", time_zone AS "timeZone" FROM person_time_zones WHERE user_id = ANY ($1::uuid[])',
);

export const LEARN = sql<[userId: string, timeZone: string]>(
  'INSERT INTO person_time_zones (user_id, time_zone) VALUES ($1, $2) ON CONFLICT DO NOTHING',
);

export const KEEP = sql<[userId: string, timeZone: string]>(
  'UPDATE person_time_zones SET time_zone = $2 WHERE user_id = $1::uuid',
);
