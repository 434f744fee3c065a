import type { Attachment, AttachmentSubject } from '#platform/attachments/attachment.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { EXERCISE_KIND, MEASUREMENT_KIND, PLAN_KIND } from './attachment-kinds.ts';
import type { VisibleExercises } from './exercises.ts';

/** Tutorials hang on exercises and plans, pictures on measurements: whoever sees the one sees the other. */
export function createAttachmentSubjects(
  { exercises, tutorials, measurements }: Store,
  access: Access,
  visibleExercises: VisibleExercises,
): AttachmentSubject[] {
  return [
    {
      kind: EXERCISE_KIND,
      async visible(viewer, attachments, { signal }) {
        const ids = attachments.map(({ subjectId }) => subjectId);
        const rows = await visibleExercises(viewer.id, ids, signal);
        const videos = new Map(rows.map(({ id, videoFileId }) => [id, videoFileId]));
        return attachments.filter(({ subjectId, fileId }) => videos.get(subjectId) === fileId);
      },
      attached: (attachments, signal) => exercises.listAttached(attachments, signal),
    },
    {
      kind: PLAN_KIND,
      async visible(viewer, attachments, { signal }) {
        const own = await tutorials.visible(viewer.id, attachments, signal);
        const left = attachments.filter((asked) => !own.some((seen) => isSame(seen, asked)));
        if (left.length === 0) return own;
        const through = await tutorials.throughClients(viewer.id, left, signal);
        const rows = await access.rows(viewer.id, through, 'WORKOUTS', signal);
        return [...own, ...left.filter((asked) => rows.some((seen) => isSame(seen, asked)))];
      },
      attached: (attachments, signal) => tutorials.attached(attachments, signal),
    },
    {
      kind: MEASUREMENT_KIND,
      async visible(viewer, attachments, { signal }) {
        const ids = attachments.map(({ subjectId }) => subjectId);
        const all = await measurements.get(ids, signal);
        const rows = await access.rows(viewer.id, all, 'MEASUREMENTS', signal);
        const photos = new Map(rows.map(({ id, photoFileId }) => [id, photoFileId]));
        return attachments.filter(({ subjectId, fileId }) => photos.get(subjectId) === fileId);
      },
      attached: (attachments, signal) => measurements.listAttached(attachments, signal),
    },
  ];
}

function isSame(one: Attachment, other: Attachment): boolean {
  return one.subjectId === other.subjectId && one.fileId === other.fileId;
}
