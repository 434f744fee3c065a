import type { FilesClient } from '#platform/attachments/attach-files.ts';
import type { CallContext } from '#platform/call.ts';
import type { MessageDraft } from '../store/message-changes.ts';
import { MESSAGE_KIND } from './attachments.ts';

/** What a message must know of the files that are to hang on it. */
export type MessageFiles = ReturnType<typeof createMessageFiles>;

export function createMessageFiles(files: FilesClient, newId: () => string) {
  return {
    /** Files are told of a message before it is written. */
    newMessageId: newId,

    /**
     * Makes sure that the author may send these files, and that they are kept. Where the message is not written after
     * all, files learns by itself that there is none.
     * @throws DomainError INVALID_ARGUMENT with each that is not theirs, not ready, or for something else.
     */
    async attach({ id, senderId, fileIds }: MessageDraft, call: CallContext): Promise<void> {
      if (fileIds.length === 0) return;
      const subject = { subjectKind: MESSAGE_KIND, subjectId: id };
      await files().attachFiles(
        { ownerId: senderId, ...subject, fileIds: [...fileIds] },
        { call, as: 'service' },
      );
    },
  };
}
