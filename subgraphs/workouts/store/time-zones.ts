import type { Database } from '#platform/db/database.ts';
import type { SqlTransaction } from '#platform/db/sql-transaction.ts';

/** Where people live, of those who train. */
export function createTimeZoneStore(db: Database<unknown>) {
  return {
    /** By person, of those who are known here. */
    async known(userIds: readonly string[], signal?: AbortSignal): Promise<Map<string, string>> {
      const rows = await db.query<{ userId: string; timeZone: string }>(
        'SELECT user_id AS "userId", time_zone AS "timeZone" FROM person_time_zones WHERE user_id = ANY ($1::uuid[])',
        [userIds],
        signal,
      );
      return new Map(rows.map(({ userId, timeZone }) => [userId, timeZone]));
    },

    /** Keeps what was asked of users; what an event has told meanwhile stays. */
    async learn(userId: string, timeZone: string): Promise<void> {
      const sql = 'INSERT INTO person_time_zones (user_id, time_zone) VALUES ($1, $2) ON CONFLICT DO NOTHING';
      await db.query(sql, [userId, timeZone]);
    },

    /** Follows somebody's profile, where they are known here. */
    async keep(tx: SqlTransaction, userId: string, timeZone: string): Promise<void> {
      const sql = 'UPDATE person_time_zones SET time_zone = $2 WHERE user_id = $1::uuid';
      await tx.$executeRawUnsafe(sql, userId, timeZone);
    },
  };
}

export type TimeZoneStore = ReturnType<typeof createTimeZoneStore>;
