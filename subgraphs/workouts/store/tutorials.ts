import type { Attachment } from '#platform/attachments/attachment.ts';
import type { Database } from '#platform/db/database.ts';
import { sql } from '#platform/sql/statement.ts';
import { type AttachmentColumns, attachmentColumns } from './attached.ts';
import { BY_GRANT, VISIBLE_VERSION } from './plan-reads.ts';

/** The files that show how plans are done: of each plan, those of all its versions. */
export function createTutorialReads(db: Pick<Database<unknown>, 'query'>) {
  return {
    /** Those of these that versions carry which the viewer may see by themselves. */
    visible(viewerId: string, asked: readonly Attachment[], signal: AbortSignal): Promise<Attachment[]> {
      return db.query(VISIBLE_TUTORIALS, [viewerId, ...attachmentColumns(asked)], signal);
    },

    /** Those that clients of the viewer follow or followed, with whom; whether the grants are fresh is asked after. */
    throughClients(
      viewerId: string,
      asked: readonly Attachment[],
      signal: AbortSignal,
    ): Promise<(Attachment & { userId: string })[]> {
      return db.query(TUTORIALS_THROUGH_CLIENTS, [viewerId, ...attachmentColumns(asked)], signal);
    },

    /** Those that a version carries. */
    attached(asked: readonly Attachment[], signal: AbortSignal): Promise<Attachment[]> {
      return db.query(TUTORIALS, attachmentColumns(asked), signal);
    },
  };
}

/**
 * @param first - Number of the placeholder of the plans' ids; the files' ids are the next one.
 * @param further - Columns beside plan and file, with a comma behind each.
 */
function carried(first: number, further = ''): string {
  return `
    SELECT DISTINCT ${further} v.plan_id AS "subjectId", asked.file_id AS "fileId"
    FROM unnest($${first}::uuid[], $${first + 1}::uuid[]) AS asked (plan_id, file_id)
    JOIN plan_versions v ON v.plan_id = asked.plan_id AND v.tutorial_file_ids @> ARRAY[asked.file_id]`;
}

export const VISIBLE_TUTORIALS = sql<[viewerId: string, ...AttachmentColumns], Attachment>(
  `${carried(2)} JOIN plans p ON p.id = v.plan_id WHERE ${VISIBLE_VERSION}`,
);

export const TUTORIALS_THROUGH_CLIENTS = sql<
  [viewerId: string, ...AttachmentColumns],
  Attachment & { userId: string }
>(`${carried(2, 'a.user_id AS "userId",')} JOIN assignments a ON a.plan_version_id = v.id ${BY_GRANT}`);

export const TUTORIALS = sql<AttachmentColumns, Attachment>(carried(1));
