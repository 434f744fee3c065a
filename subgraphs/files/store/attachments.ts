import type { PrismaClient } from '#gen/prisma/files/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import { DomainError, type FieldFault } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { mostAttachments, purposeRules } from '../rules/rules.ts';

/** A thing of another domain. */
export interface Subject {
  subjectKind: string;
  subjectId: string;
}

/** A file that may hang on a thing. */
export interface AttachmentRow extends Subject {
  fileId: string;
}

/** Which things may carry which files; whether they do is their domains' to say. */
export function createAttachmentStore({ db, now }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Notes that a thing is about to carry files, all of them or none.
     * @throws DomainError INVALID_ARGUMENT with each file that is not the owner's, not ready, or for something else.
     */
    attach(ownerId: string, subject: Subject, fileIds: readonly string[]): Promise<void> {
      return db.transaction(async ({ tx }) => {
        // Locked against the sweep, which deletes what hangs on nothing.
        await executeIn(tx, LOCK_FILES, [fileIds]);
        const files = await tx.file.findMany({
          where: { id: { in: [...fileIds] }, ownerId, state: 'READY' },
          select: { id: true, purpose: true, _count: { select: { attachments: true } } },
        });
        const faults = fileIds.flatMap((id, index): FieldFault[] => {
          const file = files.find((candidate) => candidate.id === id);
          const message = faultOf(file, subject.subjectKind);
          return message === null ? [] : [{ path: `fileIds.${index}`, message }];
        });
        const [first] = faults;
        if (first !== undefined) {
          throw new DomainError('INVALID_ARGUMENT', `${first.path}: ${first.message}`, { fields: faults });
        }
        const checkedAt = new Date(now());
        await tx.attachment.createMany({
          data: fileIds.map((fileId) => ({ ...subject, fileId, checkedAt })),
          skipDuplicates: true,
        });
        await tx.file.updateMany({ where: { id: { in: [...fileIds] } }, data: { looseSince: null } });
      });
    },

    /** Those that were not looked at since then, the longest first. */
    unchecked(before: Date, limit: number): Promise<AttachmentRow[]> {
      return db.prisma.attachment.findMany({
        where: { checkedAt: { lt: before } },
        orderBy: { checkedAt: 'asc' },
        take: limit,
        select: { fileId: true, subjectKind: true, subjectId: true },
      });
    },

    /** Notes what domains have said: these stand, and those do not. */
    settle(standing: readonly AttachmentRow[], gone: readonly AttachmentRow[]): Promise<void> {
      return db.transaction(async ({ tx }) => {
        await executeIn(tx, NOTE_CHECKED, [...columnsOf(standing), new Date(now())]);
        await executeIn(tx, FORGET, columnsOf(gone));
        await tx.file.updateMany({
          where: { id: { in: gone.map(({ fileId }) => fileId) }, attachments: { none: {} } },
          data: { looseSince: new Date(now()) },
        });
      });
    },
  };
}

const AMONG = `(file_id, subject_kind, subject_id) IN (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[]))`;

type Columns = [fileIds: readonly string[], subjectKinds: readonly string[], subjectIds: readonly string[]];

export const LOCK_FILES = sql<[ids: readonly string[]]>(
  'SELECT FROM files WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
);

export const NOTE_CHECKED = sql<[...Columns, checkedAt: Date]>(
  `UPDATE attachments SET checked_at = $4::timestamptz WHERE ${AMONG}`,
);

export const FORGET = sql<Columns>(`DELETE FROM attachments WHERE ${AMONG}`);

function columnsOf(rows: readonly AttachmentRow[]): Columns {
  return [
    rows.map(({ fileId }) => fileId),
    rows.map(({ subjectKind }) => subjectKind),
    rows.map(({ subjectId }) => subjectId),
  ];
}

function faultOf(
  file: { purpose: keyof typeof purposeRules; _count: { attachments: number } } | undefined,
  subjectKind: string,
): string | null {
  if (file === undefined) return 'Name a file of your own that is READY.';
  if (!purposeRules[file.purpose].subjectKinds.includes(subjectKind)) {
    return `This file was uploaded for ${file.purpose}: upload it again for what it is to hang on.`;
  }
  if (file._count.attachments >= mostAttachments) {
    return `This file hangs on ${mostAttachments} things already: upload it again.`;
  }
  return null;
}
