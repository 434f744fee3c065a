import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';

/**
 * Holds people's scores until the transaction ends: they are computed from all that a person did, and a transaction that
 * computes beside another would not see what that one adds. Locked in the order of their ids, so that nobody waits in a
 * circle.
 */
export async function lockPeople(
  { tx }: Transaction<PrismaClient>,
  userIds: readonly string[],
): Promise<void> {
  await executeIn(tx, LOCK_PEOPLE, [userIds]);
}

export const LOCK_PEOPLE = sql<[userIds: readonly string[]]>(`
  SELECT pg_advisory_xact_lock(hashtextextended(id, 0)) FROM (
    SELECT DISTINCT id FROM unnest($1::text[]) AS people (id) ORDER BY id
  ) AS ordered`);
