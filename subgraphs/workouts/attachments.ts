import type { Attachment, AttachmentSubject } from '#platform/attachments/attachment.ts';
import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';
import { createAccess } from './rpc/access.ts';
import { EXERCISE_KIND, MEASUREMENT_KIND } from './rpc/attachment-kinds.ts';
import { createVisibleExercises } from './rpc/exercises.ts';
import type { Store } from './store.ts';

/** A film hangs on an exercise, a picture on a measurement: whoever sees these sees them. */
export function createAttachmentSubjects(store: Store, grants: TrainerGrants): AttachmentSubject[] {
  const access = createAccess(grants);
  const visibleExercises = createVisibleExercises(store, access);
  return [
    {
      kind: EXERCISE_KIND,
      async visible({ id: viewerId }, attachments, { signal }) {
        const rows = await visibleExercises(viewerId, subjectsOf(attachments), signal);
        return carriedBy(attachments, rows, ({ videoFileId }) => videoFileId);
      },
      attached: (attachments, signal) => store.exercises.listAttached(attachments, signal),
    },
    {
      kind: MEASUREMENT_KIND,
      async visible({ id: viewerId }, attachments, { signal }) {
        const all = await store.measurements.get(subjectsOf(attachments), signal);
        const rows = await access.rows(viewerId, all, 'MEASUREMENTS', signal);
        return carriedBy(attachments, rows, ({ photoFileId }) => photoFileId);
      },
      async attached(attachments, signal) {
        const rows = await store.measurements.get(subjectsOf(attachments), signal);
        return carriedBy(attachments, rows, ({ photoFileId }) => photoFileId);
      },
    },
  ];
}

function subjectsOf(attachments: readonly Attachment[]): string[] {
  return [...new Set(attachments.map(({ subjectId }) => subjectId))];
}

function carriedBy<Row extends { id: string }>(
  attachments: readonly Attachment[],
  rows: readonly Row[],
  fileOf: (row: Row) => string | null,
): Attachment[] {
  const files = new Map(rows.map((row) => [row.id, fileOf(row)]));
  return attachments.filter(({ subjectId, fileId }) => files.get(subjectId) === fileId);
}
