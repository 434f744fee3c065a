import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { FilesClient } from '#platform/attachments/attach-files.ts';
import type { CallContext } from '#platform/call.ts';
import { invalidField } from '#platform/errors.ts';
import { refuse } from '#platform/service/refusals.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import {
  refusalOfDeletion,
  refusalOfEdit,
  refusalOfReaction,
  refusalOfWriting,
  sees,
} from '../rules/rules.ts';
import type { PeerTarget } from '../store/conversation-reads.ts';
import type { MessageDraft } from '../store/message-changes.ts';
import type { Store } from '../store/store.ts';
import { MESSAGE_KIND } from './attachments.ts';
import type { Contacts } from './contacts.ts';
import { found, messageOf } from './present.ts';

type Commands =
  | 'SendMessage'
  | 'EditMessage'
  | 'DeleteMessage'
  | 'AddMessageReaction'
  | 'RemoveMessageReaction'
  | 'MarkConversationRead';

/** Writing, and what people do with what was written. Each answers with the message as the caller sees it now. */
export function createMessageCommandHandlers(
  { conversations, messages }: Store,
  contacts: Contacts,
  files: FilesClient,
  newId: () => string,
): Pick<Handlers<MessagingServiceDefinition>, Commands> {
  return {
    async SendMessage(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const { conversationId, fileIds, idempotencyKey } = request;
      const replyToMessageId = request.replyToMessageId ?? null;
      const draft = {
        // Files are told of it before it is written.
        id: newId(),
        conversationId,
        body: request.body || null,
        replyToMessageId,
        fileIds,
        senderId: viewerId,
      };
      const prepare = async () => {
        await assertNoBlock(viewerId, { conversationId, messageId: null }, call);
        await attachFiles(draft, call);
      };
      const creation = { key: idempotencyKey, request, prepare };
      const messageId = await messages.send(draft, creation, ({ intervals }, answeredSeq) => {
        refuse(refusalOfWriting(intervals));
        if (replyToMessageId !== null && (answeredSeq === null || !sees(intervals, answeredSeq))) {
          throw invalidField(
            'replyToMessageId',
            'Name a message of this conversation that you can see, or none.',
          );
        }
      });
      return present(viewerId, messageId, call);
    },

    async EditMessage({ messageId, body, expectedVersion }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await assertNoBlock(viewerId, { conversationId: null, messageId }, call);
      await messages.edit(messageId, viewerId, body, ({ intervals, message }) => {
        refuse(refusalOfWriting(intervals));
        refuse(refusalOfEdit(message, viewerId, expectedVersion));
      });
      return present(viewerId, messageId, call);
    },

    async DeleteMessage({ messageId }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await messages.delete(messageId, viewerId, ({ intervals, message, conversation }) => {
        refuse(refusalOfWriting(intervals));
        refuse(refusalOfDeletion(message, conversation.ownerId, viewerId));
      });
      return present(viewerId, messageId, call);
    },

    async AddMessageReaction({ messageId, emoji }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await messages.addReaction(messageId, viewerId, emoji, (place) => {
        refuse(refusalOfWriting(place.intervals));
        refuse(refusalOfReaction(place.message, place.emoji, emoji));
      });
      return present(viewerId, messageId, call);
    },

    async RemoveMessageReaction({ messageId, emoji }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await messages.removeReaction(messageId, viewerId, emoji, ({ intervals }) => {
        refuse(refusalOfWriting(intervals));
      });
      return present(viewerId, messageId, call);
    },

    async MarkConversationRead({ conversationId, messageId }, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      await messages.markRead(conversationId, messageId, viewerId);
      const [counted] = await messages.countUnread(viewerId, [conversationId], call.signal);
      return { conversationId, unreadCount: counted?.unreadCount ?? 0 };
    },
  };

  /** Asked before the transaction: no lock is held while another service answers. */
  async function assertNoBlock(viewerId: string, target: PeerTarget, call: CallContext): Promise<void> {
    const peer = await conversations.findPeer(viewerId, target, call.signal);
    if (peer !== null) await contacts.assertWritable(viewerId, peer.userId, call);
  }

  /**
   * Makes sure that the author may send these files, and that they are kept. Where the message is not written after all,
   * files learns by itself that there is none.
   * @throws DomainError INVALID_ARGUMENT with each that is not theirs, not ready, or for something else.
   */
  async function attachFiles({ id, senderId, fileIds }: MessageDraft, call: CallContext): Promise<void> {
    if (fileIds.length === 0) return;
    const subject = { subjectKind: MESSAGE_KIND, subjectId: id };
    await files().attachFiles(
      { ownerId: senderId, ...subject, fileIds: [...fileIds] },
      { call, as: 'service' },
    );
  }

  async function present(viewerId: string, messageId: string, { signal }: CallContext) {
    const [view] = await messages.get(viewerId, [messageId], signal);
    return { message: messageOf(found(view, 'message')) };
  }
}
