import { DomainError, type FieldFault } from '#platform/errors.ts';
import { mostAttachments, purposeRules } from '../rules/rules.ts';
import type { StoreOptions } from './options.ts';

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
export function createAttachmentStore({ db, now }: StoreOptions) {
  return {
    /**
     * Notes that a thing is about to carry files, all of them or none.
     * @throws DomainError INVALID_ARGUMENT with each file that is not the owner's, not ready, or for something else.
     */
    attach(ownerId: string, subject: Subject, fileIds: readonly string[]): Promise<void> {
      return db.transaction(async ({ tx }) => {
        // Locked against the sweep, which deletes what hangs on nothing.
        await tx.$executeRaw`SELECT FROM files WHERE id = ANY (${[...fileIds]}::uuid[]) ORDER BY id FOR UPDATE`;
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
        await tx.$executeRawUnsafe(
          `UPDATE attachments SET checked_at = $4 WHERE ${AMONG}`,
          ...columnsOf(standing),
          new Date(now()),
        );
        await tx.$executeRawUnsafe(`DELETE FROM attachments WHERE ${AMONG}`, ...columnsOf(gone));
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

function columnsOf(rows: readonly AttachmentRow[]): [string[], string[], string[]] {
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
