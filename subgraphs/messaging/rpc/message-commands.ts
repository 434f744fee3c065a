import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
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
import type { Store } from '../store/store.ts';
import type { Contacts } from './contacts.ts';
import type { MessageFiles } from './message-files.ts';
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
  files: MessageFiles,
): Pick<Handlers<MessagingServiceDefinition>, Commands> {
  return {
    async SendMessage(request, call) {
      const { id: viewerId } = requirePerson(call.viewer);
      const { conversationId, fileIds, idempotencyKey } = request;
      const replyToMessageId = request.replyToMessageId ?? null;
      const draft = {
        id: files.newMessageId(),
        conversationId,
        body: request.body || null,
        replyToMessageId,
        fileIds,
        senderId: viewerId,
      };
      const admit = async () => {
        await assertNoBlock(viewerId, { conversationId, messageId: null }, call);
        await files.attach(draft, call);
      };
      const key = { key: idempotencyKey, request, admit };
      const messageId = await messages.send(draft, key, ({ intervals }, answeredSeq) => {
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

  async function present(viewerId: string, messageId: string, { signal }: CallContext) {
    const [view] = await messages.get(viewerId, [messageId], signal);
    return { message: messageOf(found(view, 'message')) };
  }
}
