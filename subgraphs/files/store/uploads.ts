import type { PrismaClient } from '#gen/prisma/files/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { CreationKey } from '#platform/db/idempotency.ts';
import { lockName } from '#platform/db/locks.ts';
import { DomainError } from '#platform/errors.ts';
import { queryIn } from '#platform/sql/statement.ts';
import { fileReady, fileRejected } from '../events/events.ts';
import { type AnnouncedFile, mostOpenUploads, type Rejection, type ThumbnailName } from '../rules/rules.ts';
import { type FileRow, USED_BYTES } from './files.ts';

/** A file that is announced. */
export interface FileDraft extends AnnouncedFile {
  ownerId: string;
  method: FileRow['method'];
  /** Until when its bytes may come. */
  expiresAt: Date;
}

/** What was found in the bytes of a file that can be used. */
export interface FileFacts {
  contentType: string;
  sha256: string;
  widthPx: number | null;
  heightPx: number | null;
  thumbnails: { size: ThumbnailName; widthPx: number; heightPx: number }[];
}

/** How long one process looks through a file before another may. */
const CLAIM_MS = 10 * 60_000;

/** A file's way from its announcement to where it can be used. Each step and its event are one transaction. */
export function createUploadStore({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Announces a file, and answers with its id.
     * @throws DomainError RESOURCE_EXHAUSTED where the owner's files would be more than `quotaBytes` together.
     */
    announce(draft: FileDraft, key: CreationKey, quotaBytes: number): Promise<string> {
      const { ownerId } = draft;
      return db.idempotent({ viewerId: ownerId, method: 'StartFileUpload', ...key }, async (transaction) => {
        await assertRoom(transaction, draft, quotaBytes);
        const id = newId();
        const at = new Date(now());
        await transaction.tx.file.create({ data: { ...draft, id, createdAt: at, changedAt: at } });
        return id;
      });
    },

    /** Takes a file to look through its bytes, where nobody else does; null where there is nothing to be done. */
    async claim(id: string): Promise<FileRow | null> {
      const at = now();
      const [claimed] = await db.prisma.file.updateManyAndReturn({
        where: {
          id,
          OR: [
            { state: 'UPLOADING' },
            { state: 'PROCESSING', OR: [{ claimedUntil: null }, { claimedUntil: { lt: new Date(at) } }] },
          ],
        },
        data: { state: 'PROCESSING', claimedUntil: new Date(at + CLAIM_MS), changedAt: new Date(at) },
      });
      return claimed ?? null;
    },

    /** Gives a file back that could not be looked through, so that it is tried again. */
    async release(id: string): Promise<void> {
      await db.prisma.file.updateMany({
        where: { id, state: 'PROCESSING' },
        data: { claimedUntil: null },
      });
    },

    /** Lets a file be used. False where it is gone meanwhile. */
    accept: (id: string, facts: FileFacts) =>
      finish(id, { ...facts, state: 'READY', looseSince: new Date(now()) }, ({ ownerId }) =>
        fileReady({ fileId: id, ownerId }),
      ),

    /** Says why the bytes are not the file that was announced. */
    reject: (id: string, rejection: Rejection) =>
      finish(id, { rejection, state: 'REJECTED' }, ({ ownerId }) => fileRejected({ fileId: id, ownerId })),

    /** Files that nobody looks through though somebody began. */
    abandoned(limit: number): Promise<{ id: string }[]> {
      return db.prisma.file.findMany({
        where: {
          state: 'PROCESSING',
          OR: [{ claimedUntil: null }, { claimedUntil: { lt: new Date(now()) } }],
        },
        select: { id: true },
        orderBy: { id: 'asc' },
        take: limit,
      });
    },
  };

  function finish(
    id: string,
    data: Partial<FileFacts> & { state: 'READY' | 'REJECTED'; rejection?: Rejection; looseSince?: Date },
    eventOf: (file: FileRow) => ReturnType<typeof fileReady>,
  ): Promise<boolean> {
    return db.transaction(async ({ tx, append }) => {
      const [finished] = await tx.file.updateManyAndReturn({
        where: { id, state: 'PROCESSING' },
        data: { ...data, claimedUntil: null, changedAt: new Date(now()) },
      });
      if (finished === undefined) return false;
      await append(eventOf(finished));
      return true;
    });
  }
}

/** Two announcements at once must not share the same room. */
async function assertRoom(
  { tx }: Transaction<PrismaClient>,
  { ownerId, sizeBytes }: FileDraft,
  quotaBytes: number,
): Promise<void> {
  await lockName(tx, `quota:${ownerId}`);
  const open = await tx.file.count({ where: { ownerId, state: 'UPLOADING' } });
  if (open >= mostOpenUploads) {
    throw new DomainError(
      'RESOURCE_EXHAUSTED',
      `${mostOpenUploads} of your uploads are open: complete or delete some before you start another.`,
      { reason: 'OPEN_UPLOAD_LIMIT', parameters: { maximum: mostOpenUploads } },
    );
  }
  const [row] = await queryIn(tx, USED_BYTES, [ownerId]);
  const free = Math.max(0, quotaBytes - (row?.used ?? 0));
  if (sizeBytes <= free) return;
  const message = `Your files have room for ${free.toLocaleString('en')} bytes more: delete some, or send a smaller one.`;
  throw new DomainError('RESOURCE_EXHAUSTED', message, {
    reason: 'QUOTA_REACHED',
    parameters: { freeBytes: free },
    fields: [{ path: 'sizeBytes', message }],
  });
}
