import type { Resolvers } from '#gen/graphql/messaging.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { forOneViewer } from '#platform/viewer.ts';
import { kinds } from '../rpc/present.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      conversation: (_parent, { id }, { conversationById }) => conversationById.load(id),
      message: (_parent, { id }, { messageById }) => messageById.load(id),
    },

    Mutation: {
      async startDirectConversation(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.startDirectConversation(input);
        return { conversation: promised(conversation) };
      },
      async startGroupConversation(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.startGroupConversation(input);
        return { conversation: promised(conversation) };
      },
      async renameConversation(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.renameConversation(input);
        return { conversation: promised(conversation) };
      },
      async transferConversation(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.transferConversation(input);
        return { conversation: promised(conversation) };
      },
      async addConversationParticipants(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.addConversationParticipants(input);
        return { conversation: promised(conversation) };
      },
      async removeConversationParticipant(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.removeConversationParticipant(input);
        return { conversation: promised(conversation) };
      },
      async leaveConversation(_parent, { input }, { messaging }) {
        const { conversation } = await messaging.leaveConversation(input);
        return { conversation: promised(conversation) };
      },
      async sendMessage(_parent, { input }, { messaging }) {
        const { message } = await messaging.sendMessage(input);
        return { message: promised(message) };
      },
      async editMessage(_parent, { input }, { messaging }) {
        const { message } = await messaging.editMessage(input);
        return { message: promised(message) };
      },
      async deleteMessage(_parent, { input }, { messaging }) {
        const { message } = await messaging.deleteMessage(input);
        return { message: promised(message) };
      },
      async addMessageReaction(_parent, { input }, { messaging }) {
        const { message } = await messaging.addMessageReaction(input);
        return { message: promised(message) };
      },
      async removeMessageReaction(_parent, { input }, { messaging }) {
        const { message } = await messaging.removeMessageReaction(input);
        return { message: promised(message) };
      },
      async markConversationRead(_parent, { input }, { messaging, conversationById }) {
        const { conversationId } = await messaging.markConversationRead(input);
        return { conversation: promised(await conversationById.load(conversationId)) };
      },
    },

    Viewer: {
      __resolveReference: viewerOf,
      async conversations(_viewer, window, { messaging }) {
        const page = await messaging.listConversations({ page: pageRequestOf(window) });
        return connectionOf(page, ({ conversation }) => ({ node: promised(conversation) }));
      },
      async unreadConversationCount(_viewer, _arguments, { messaging }) {
        const { unreadConversationCount } = await messaging.getUnreadConversationCount({});
        return unreadConversationCount;
      },
    },

    User: {
      __resolveReference: ({ id }) => ({ id }),
      unreadClientMessageCount: ({ id }, _arguments, { unreadClientMessageCount }) =>
        unreadClientMessageCount.load(id),
    },

    Conversation: {
      __resolveReference: ({ id }, { conversationById }) => conversationById.load(id),
      kind: ({ kind }) => kinds.requiredNameOf(kind),
      owner: ({ ownerId }) => stubOf(ownerId),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
      lastActivityAt: ({ lastActivityAt }, _arguments, { viewer }) =>
        forOneViewer(viewer, requiredDateOf(lastActivityAt)),
      active: ({ active }, _arguments, { viewer }) => forOneViewer(viewer, active),
      async participants({ id }, window, { participantsIn }) {
        const page = await participantsIn(window).load(id);
        if (page === null) return null;
        return connectionOf(page, ({ participant }) => {
          const { userId, joinedAt } = promised(participant);
          return { node: { id: userId }, joinedAt: requiredDateOf(joinedAt) };
        });
      },
      async messages({ id }, window, { messagesIn }) {
        const page = await messagesIn(window).load(id);
        if (page === null) return null;
        return connectionOf(page, ({ message }) => ({ node: promised(message) }));
      },
      lastMessage: ({ id }, _arguments, { lastMessageIn }) => lastMessageIn.load(id),
      unreadCount: ({ id }, _arguments, { unreadCountIn }) => unreadCountIn.load(id),
    },

    Message: {
      __resolveReference: ({ id }, { messageById }) => messageById.load(id),
      conversation: ({ conversationId }, _arguments, { conversationById }) =>
        conversationById.load(conversationId),
      sender: ({ senderId }) => stubOf(senderId),
      attachments: ({ fileIds }) => fileIds.map((id) => ({ id })),
      replyTo({ replyToMessageId }, _arguments, { viewer, messageById }) {
        const id = forOneViewer(viewer, replyToMessageId);
        return id === undefined ? null : messageById.load(id);
      },
      sentAt: ({ sentAt }) => requiredDateOf(sentAt),
      editedAt: ({ editedAt }) => dateOf(editedAt),
      deletedAt: ({ deletedAt }) => dateOf(deletedAt),
    },

    MessageReaction: { own: ({ own }, _arguments, { viewer }) => forOneViewer(viewer, own) },
  };
}
