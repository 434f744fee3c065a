import type { AttachmentSubject } from '#platform/attachments/attachment.ts';
import type { Store } from '../store/store.ts';

export const MESSAGE_KIND = 'messaging.message';

/** Files hang on messages: whoever sees a message sees them. */
export function createAttachmentSubjects({ messages }: Store): AttachmentSubject[] {
  return [
    {
      kind: MESSAGE_KIND,
      async visible(viewer, attachments, { signal }) {
        const ids = [...new Set(attachments.map(({ subjectId }) => subjectId))];
        const seen = new Map(
          (await messages.get(viewer.id, ids, signal)).map((message) => [message.id, message]),
        );
        return attachments.filter(({ subjectId, fileId }) => seen.get(subjectId)?.fileIds.includes(fileId));
      },
      attached: (attachments, signal) => messages.listAttached(attachments, signal),
    },
  ];
}
