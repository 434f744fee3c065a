import type DataLoader from 'dataloader';
import type { ConversationParticipantPage__Output } from '#gen/proto/fitme/messaging/v1/ConversationParticipantPage.ts';
import type { MessagePage__Output } from '#gen/proto/fitme/messaging/v1/MessagePage.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader, createPageLoaders, type PageLoaders } from '#platform/graphql/loader.ts';
import { isFirstPage } from '#platform/service/paging.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import { conversationsPerMessagesCall, maximumConversations } from '../requests/requests.ts';
import type { ConversationModel, MessageModel } from './models.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  messaging: LocalClient<MessagingServiceDefinition>;
  conversationById: DataLoader<string, ConversationModel | null>;
  messageById: DataLoader<string, MessageModel | null>;
  /** By conversation. */
  lastMessageIn: DataLoader<string, MessageModel | null>;
  /** By client: of those who let the viewer see it. */
  unreadClientMessageCount: DataLoader<string, number | null>;
  /** By conversation. */
  unreadCountIn: DataLoader<string, number | null>;
  participantsIn: PageLoaders<ConversationParticipantPage__Output>;
  messagesIn: PageLoaders<MessagePage__Output>;
}

export function createContext(
  service: Service<MessagingServiceDefinition>,
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const messaging = service.local(call);
  return {
    viewer,
    messaging,
    conversationById: createLoader(async (ids) => {
      const { conversations } = await messaging.batchGetConversations({ ids });
      return conversations.map((conversation) => [conversation.id, conversation]);
    }),
    messageById: createLoader(async (ids) => {
      const { messages } = await messaging.batchGetMessages({ ids });
      return messages.map((message) => [message.id, message]);
    }),
    lastMessageIn: createLoader(async (conversationIds) => {
      const { messages } = await messaging.batchGetLastMessages({ conversationIds });
      return messages.map((message) => [message.conversationId, message]);
    }),
    unreadClientMessageCount: createLoader(async (clientIds) => {
      const { counts } = await messaging.batchGetUnreadClientMessageCounts({ clientIds });
      return counts.map(({ clientId, unreadCount }) => [clientId, unreadCount]);
    }),
    unreadCountIn: createLoader(async (conversationIds) => {
      const { counts } = await messaging.batchGetUnreadCounts({ conversationIds });
      return counts.map(({ conversationId, unreadCount }) => [conversationId, unreadCount]);
    }),
    participantsIn: createPageLoaders(
      'conversationId',
      (conversationIds, page) => messaging.batchListConversationParticipants({ conversationIds, page }),
      oneAtACursor(() => maximumConversations),
    ),
    messagesIn: createPageLoaders(
      'conversationId',
      (conversationIds, page) => messaging.batchListMessages({ conversationIds, page }),
      oneAtACursor(conversationsPerMessagesCall),
    ),
  };
}

/** A cursor is good for one conversation: asked of each alone, it is refused by its own name, not by that of the ids. */
function oneAtACursor(most: (page: PageRequest__Output | null) => number) {
  return (page: PageRequest__Output | null) => (isFirstPage(page) ? most(page) : 1);
}
