import type { PrismaClient } from '#gen/prisma/files/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import { forgetKeys } from '#platform/db/idempotency.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { hide } from './files.ts';

/** What became of a rejected file can be read so long. */
const REJECTED_KEPT_MS = 7 * 24 * 60 * 60_000;
/** What hangs on nothing is kept so long, for whoever uploads first and writes afterwards. */
const ORPHAN_KEPT_MS = 24 * 60 * 60_000;

/** What nobody needs any more: uploads that were never completed, files that hang on nothing, all of a person's. */
export function createLeftoverStore({ db, now }: StoreOptions<PrismaClient>) {
  return {
    /** Takes leftovers out of sight, at most so many; answers how many it were. */
    hideLeftovers(limit: number): Promise<number> {
      return db.transaction(async (transaction) => {
        const at = now();
        const before = [
          new Date(at),
          new Date(at - REJECTED_KEPT_MS),
          new Date(at - ORPHAN_KEPT_MS),
        ] as const;
        const rows = await queryIn(transaction.tx, LEFTOVERS, [...before, limit]);
        return hide(transaction, { ids: rows.map(({ id }) => id), now: at });
      });
    },

    /** Takes a person's files out of sight, at most so many; answers how many it were. */
    hideOwned(ownerId: string, limit: number): Promise<number> {
      return db.transaction(async (transaction) => {
        const rows = await transaction.tx.file.findMany({
          where: { ownerId, state: { not: 'DELETING' } },
          select: { id: true },
          take: limit,
        });
        return hide(transaction, { ids: rows.map(({ id }) => id), now: now() });
      });
    },

    /** Files that are out of sight and not yet deleted, the oldest first; of one person, or of all. */
    hidden(limit: number, ownerId?: string): Promise<{ id: string }[]> {
      return db.prisma.file.findMany({
        where: { state: 'DELETING', ...(ownerId !== undefined && { ownerId }) },
        orderBy: { changedAt: 'asc' },
        select: { id: true },
        take: limit,
      });
    },

    /** Forgets files whose objects are deleted. */
    async forget(ids: readonly string[]): Promise<void> {
      await db.prisma.file.deleteMany({ where: { id: { in: [...ids] }, state: 'DELETING' } });
    },

    /** Those of these uploads that are still under way. */
    async underWay(ids: readonly string[]): Promise<Set<string>> {
      const rows = await db.prisma.file.findMany({
        where: { id: { in: [...ids] }, state: { in: ['UPLOADING', 'PROCESSING'] } },
        select: { id: true },
      });
      return new Set(rows.map(({ id }) => id));
    },

    /** All that is known of a person's files. */
    exportOwned(ownerId: string) {
      return db.prisma.file.findMany({
        where: { ownerId, state: { not: 'DELETING' } },
        orderBy: { id: 'asc' },
        omit: { ownerId: true, claimedUntil: true },
        include: { attachments: { select: { subjectKind: true, subjectId: true } } },
      });
    },

    /** Forgets the answers to a person's creations. */
    async forgetKeys(ownerId: string): Promise<void> {
      await forgetKeys(db.prisma, [ownerId]);
    },
  };
}

export const LEFTOVERS = sql<
  [expiredBefore: Date, rejectedBefore: Date, looseBefore: Date, limit: number],
  { id: string }
>(`
  SELECT id FROM files
   WHERE (state = 'UPLOADING' AND expires_at < $1)
      OR (state = 'REJECTED' AND changed_at < $2)
      OR (state = 'READY' AND loose_since < $3)
   ORDER BY id LIMIT $4::integer FOR UPDATE SKIP LOCKED`);
