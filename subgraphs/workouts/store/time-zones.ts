import type { Database } from '#platform/db/database.ts';
import type { SqlTransaction } from '#platform/db/sql-transaction.ts';

/** Where people live, of those who train. */
export function createTimeZoneStore(db: Database<unknown>) {
  return {
    /** By person, of those who are known here. */
    async known(personIds: readonly string[], signal?: AbortSignal): Promise<Map<string, string>> {
      const rows = await db.query<{ personId: string; timeZone: string }>(
        'SELECT person_id AS "personId", time_zone AS "timeZone" FROM person_time_zones WHERE person_id = ANY ($1::uuid[])',
        [personIds],
        signal,
      );
      return new Map(rows.map(({ personId, timeZone }) => [personId, timeZone]));
    },

    /** Keeps what was asked of users; what an event has told meanwhile stays. */
    async learn(personId: string, timeZone: string): Promise<void> {
      const sql =
        'INSERT INTO person_time_zones (person_id, time_zone) VALUES ($1, $2) ON CONFLICT DO NOTHING';
      await db.query(sql, [personId, timeZone]);
    },

    /** Follows somebody's profile, where they are known here. */
    async keep(tx: SqlTransaction, personId: string, timeZone: string): Promise<void> {
      const sql = 'UPDATE person_time_zones SET time_zone = $2 WHERE person_id = $1::uuid';
      await tx.$executeRawUnsafe(sql, personId, timeZone);
    },
  };
}

export type TimeZoneStore = ReturnType<typeof createTimeZoneStore>;
