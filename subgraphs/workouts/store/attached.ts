import type { Attachment } from '#platform/attachments/attachment.ts';

/** Those attachments that a table's rows have, each row one at most; $1 are the rows' ids, $2 those of the files. */
export function attachedSql(table: string, column: string): string {
  return `
    SELECT t.id AS "subjectId", t.${column} AS "fileId"
    FROM unnest($1::uuid[], $2::uuid[]) AS asked (subject_id, file_id)
    JOIN ${table} t ON t.id = asked.subject_id AND t.${column} = asked.file_id`;
}

/** The values of {@link attachedSql}. */
export function attachmentColumns(attachments: readonly Attachment[]): [string[], string[]] {
  return [attachments.map(({ subjectId }) => subjectId), attachments.map(({ fileId }) => fileId)];
}
