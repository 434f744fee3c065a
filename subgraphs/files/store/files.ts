import { z } from 'zod';
import type { File, PrismaClient } from '#gen/prisma/files/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import { fileDeleted } from '../events/events.ts';

export type FileRow = File;

/** Cursors of a person's files: id, which is in the order of time. */
export const fileCursor = defineCursor('files.own', z.tuple([z.uuid()]));

/** What there is; a file that is being deleted is not there. */
export function createFileStore({ db, now }: StoreOptions<PrismaClient>) {
  const { file } = db.prisma;
  return {
    /** A person's own, the newest first. */
    async list(ownerId: string, window: PageWindow<[string]>): Promise<Page<FileRow>> {
      const forwards = window.direction === 'forwards';
      const beyond = window.from === null ? {} : { id: { [forwards ? 'lt' : 'gt']: window.from[0] } };
      const rows = await file.findMany({
        where: { ownerId, state: { not: 'DELETING' }, ...beyond },
        orderBy: { id: forwards ? 'desc' : 'asc' },
        take: window.limit,
      });
      return pageOf(rows, window, fileCursor, ({ id }) => [id]);
    },

    /** Those among these ids, each with what it may hang on. */
    get(ids: readonly string[]) {
      return file.findMany({
        where: { id: { in: [...new Set(ids)] }, state: { not: 'DELETING' } },
        include: { attachments: { select: { subjectKind: true, subjectId: true } } },
      });
    },

    /** A person's own file; null where there is none. */
    own(ownerId: string, id: string): Promise<FileRow | null> {
      return file.findFirst({ where: { id, ownerId, state: { not: 'DELETING' } } });
    },

    /** Bytes that a person's files have together, announced uploads included. */
    usedBytes: (ownerId: string, signal?: AbortSignal) =>
      db.query(USED_BYTES, [ownerId], signal).then(([row]) => row?.used ?? 0),

    /** Takes a file out of sight; its objects and its row are still there. Whether it was the owner's, and there. */
    hide(ownerId: string, id: string): Promise<boolean> {
      return db.transaction(async (transaction) => {
        const hidden = await hide(transaction, { ids: [id], ownerId, now: now() });
        return hidden > 0;
      });
    },
  };
}

/** Rejected ones have no bytes, and hidden ones will have none. */
export const USED_BYTES = sql<[ownerId: string], { used: number }>(`
  SELECT coalesce(sum(size_bytes), 0)::bigint AS used FROM files
   WHERE owner_id = $1::uuid AND state IN ('UPLOADING', 'PROCESSING', 'READY')`);

/** Takes files out of sight, and tells of it; answers how many it were. */
export async function hide(
  { tx, append }: Transaction<PrismaClient>,
  { ids, ownerId, now }: { ids: string[]; ownerId?: string; now: number },
): Promise<number> {
  const hidden = await tx.file.updateManyAndReturn({
    where: { id: { in: ids }, state: { not: 'DELETING' }, ...(ownerId !== undefined && { ownerId }) },
    data: { state: 'DELETING', changedAt: new Date(now) },
    select: { id: true, ownerId: true },
  });
  await append(...hidden.map((file) => fileDeleted({ fileId: file.id, ownerId: file.ownerId })));
  return hidden.length;
}
