import DataLoader from 'dataloader';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import type { ParticipantPage__Output } from '#gen/proto/fitme/messaging/v1/ParticipantPage.ts';
import type { IncomingCall } from '#platform/call.ts';
import { type ConnectionArguments, pageRequestOf } from '#platform/graphql/connections.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { ConversationModel, MessageModel } from './models.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  messaging: LocalClient<MessagingServiceDefinition>;
  conversationById: DataLoader<string, ConversationModel | null>;
  messageById: DataLoader<string, MessageModel | null>;
  /** By conversation. */
  lastMessageIn: DataLoader<string, MessageModel | null>;
  /** By conversation. */
  unreadCountIn: DataLoader<string, number | null>;
  participantsIn: DataLoader<ParticipantsKey, ParticipantPage__Output | null>;
}

/** A window on a conversation's participants. */
interface ParticipantsKey {
  conversationId: string;
  window: ConnectionArguments;
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
    unreadCountIn: createLoader(async (conversationIds) => {
      const { counts } = await messaging.batchGetUnreadCounts({ conversationIds });
      return counts.map(({ conversationId, unreadCount }) => [conversationId, unreadCount]);
    }),
    participantsIn: createParticipantsLoader(messaging),
  };
}

/** One call for all that ask for the same window: the same field of a list's items always does. */
function createParticipantsLoader(
  messaging: LocalClient<MessagingServiceDefinition>,
): Context['participantsIn'] {
  return new DataLoader(
    async (keys: readonly ParticipantsKey[]) => {
      const byWindow = [...Map.groupBy(keys, ({ window }) => JSON.stringify(pageRequestOf(window))).values()];
      const pages = await Promise.all(
        byWindow.map(async (group) => {
          const page = pageRequestOf(group[0]?.window ?? {});
          const conversationIds = [...new Set(group.map(({ conversationId }) => conversationId))];
          const response = await messaging.batchListParticipants({ conversationIds, page });
          const byId = new Map(response.pages.map((found) => [found.conversationId, found]));
          return group.map((key) => [key, byId.get(key.conversationId) ?? null] as const);
        }),
      );
      const byKey = new Map(pages.flat());
      return keys.map((key) => byKey.get(key) ?? null);
    },
    { maxBatchSize: 100, cache: false },
  );
}
