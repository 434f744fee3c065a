import type { Attachment } from '#platform/attachments/attachment.ts';
import { type Statement, sql } from '#platform/sql/statement.ts';

/** Ids of what carries files, and of the files, pair by pair. */
export type AttachmentColumns = [subjectIds: readonly string[], fileIds: readonly string[]];

/** Those attachments that a table's rows have, each row one at most. */
export function attachedRows(table: string, column: string): Statement<AttachmentColumns, Attachment> {
  return sql(`
    SELECT t.id AS "subjectId", asked.file_id AS "fileId"
    FROM unnest($1::uuid[], $2::uuid[]) AS asked (subject_id, file_id)
    JOIN ${table} t ON t.id = asked.subject_id AND t.${column} = asked.file_id`);
}

export function attachmentColumns(attachments: readonly Attachment[]): AttachmentColumns {
  return [attachments.map(({ subjectId }) => subjectId), attachments.map(({ fileId }) => fileId)];
}
