import type DataLoader from 'dataloader';
import type { ConversationParticipantPage__Output } from '#gen/proto/fitme/messaging/v1/ConversationParticipantPage.ts';
import type { MessagePage__Output } from '#gen/proto/fitme/messaging/v1/MessagePage.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { IncomingCall } from '#platform/call.ts';
import { type ConnectionArguments, pageRequestOf } from '#platform/graphql/connections.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import { isFirstPage } from '#platform/service/paging.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { ConversationModel, MessageModel } from './models.ts';
import { conversationsPerMessagesCall, maximumConversations } from './requests.ts';

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

/** Pages by conversation: one loader a window, since the same field of a list's items always asks for the same one. */
type PageLoaders<Page> = (window: ConnectionArguments) => DataLoader<string, Page | null>;

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
      () => maximumConversations,
      (request) => messaging.batchListConversationParticipants(request),
    ),
    messagesIn: createPageLoaders(conversationsPerMessagesCall, (request) =>
      messaging.batchListMessages(request),
    ),
  };
}

/**
 * @param most - How many conversations a call with this page may name; more of them are split among calls.
 * @param read - Pages of those conversations that the viewer may see, in any order.
 */
function createPageLoaders<Page extends { conversationId: string }>(
  most: (page: PageRequest__Output | null) => number,
  read: (request: {
    conversationIds: string[];
    page: PageRequest__Output | null;
  }) => Promise<{ pages: Page[] }>,
): PageLoaders<Page> {
  const byWindow = new Map<string, DataLoader<string, Page | null>>();
  return (window) => {
    const page = pageRequestOf(window);
    const key = JSON.stringify(page);
    const present = byWindow.get(key);
    if (present !== undefined) return present;
    const loader = createLoader<Page>(async (ids) => {
      // A cursor is good for one conversation: asked of each alone, it is refused by the argument's name, not by `conversationIds`.
      const batches = batchesOf(ids, isFirstPage(page) ? most(page) : 1);
      const answers = await Promise.all(batches.map((conversationIds) => read({ conversationIds, page })));
      return answers.flatMap(({ pages }) => pages.map((found) => [found.conversationId, found]));
    });
    byWindow.set(key, loader);
    return loader;
  };
}

function batchesOf(ids: readonly string[], size: number): string[][] {
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, index) => ids.slice(index * size, (index + 1) * size));
}
