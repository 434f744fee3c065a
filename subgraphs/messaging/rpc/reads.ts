import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { notFound } from '#platform/errors.ts';
import type { TrainerGrants } from '#platform/grants/trainer-grants.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { readsShared, requirePerson } from '#platform/viewer.ts';
import { conversationCursor, participantCursor } from '../store/conversation-reads.ts';
import { messageCursor } from '../store/message-reads.ts';
import type { Store } from '../store/store.ts';
import { conversationOf, messageOf, messagePageOf, participantOf } from './present.ts';

type Reads =
  | 'ListConversations'
  | 'BatchGetConversations'
  | 'BatchListConversationParticipants'
  | 'ListMessages'
  | 'BatchListMessages'
  | 'BatchGetMessages'
  | 'BatchGetLastMessages'
  | 'BatchGetUnreadCounts'
  | 'BatchGetUnreadClientMessageCounts'
  | 'GetUnreadConversationCount'
  | 'BatchGetRecipients';

/** What people may see. Each read is one statement, however much it answers with. */
export function createReadHandlers(
  { conversations, messages }: Store,
  grants: TrainerGrants,
): Pick<Handlers<MessagingServiceDefinition>, Reads> {
  return {
    async ListConversations({ page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const window = windowOf(page, conversationCursor);
      const { edges, pageInfo } = await conversations.list(viewerId, window, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ conversation: conversationOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetConversations({ ids }, { viewer, signal }) {
      const views = readsShared(viewer)
        ? await conversations.getShared(ids, signal)
        : await conversations.get(requirePerson(viewer).id, ids, signal);
      return { conversations: views.map(conversationOf) };
    },

    async BatchListConversationParticipants({ conversationIds, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      // A cursor comes only where one conversation is named.
      const window = windowOf(page, participantCursor(conversationIds[0] ?? ''));
      const pages = await conversations.listParticipants(viewerId, conversationIds, window, signal);
      return {
        pages: pages.map(({ conversationId, page: { edges, pageInfo } }) => ({
          conversationId,
          edges: edges.map(({ row, cursor }) => ({ participant: participantOf(row), cursor })),
          pageInfo,
        })),
      };
    },

    async ListMessages({ conversationId, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const window = windowOf(page, messageCursor(conversationId));
      const [history] = await messages.list(viewerId, [conversationId], window, signal);
      if (history === undefined) throw notFound('conversation');
      const { edges, pageInfo } = messagePageOf(history);
      return { edges, pageInfo };
    },

    async BatchListMessages({ conversationIds, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      // A cursor comes only where one conversation is named.
      const window = windowOf(page, messageCursor(conversationIds[0] ?? ''));
      const pages = await messages.list(viewerId, conversationIds, window, signal);
      return { pages: pages.map(messagePageOf) };
    },

    async BatchGetMessages({ ids }, { viewer, signal }) {
      const views = readsShared(viewer)
        ? await messages.getShared(ids, signal)
        : await messages.get(requirePerson(viewer).id, ids, signal);
      return { messages: views.map(messageOf) };
    },

    async BatchGetLastMessages({ conversationIds }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const views = await messages.getLast(viewerId, conversationIds, signal);
      return { messages: views.map(messageOf) };
    },

    async BatchGetUnreadCounts({ conversationIds }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { counts: await messages.countUnread(viewerId, conversationIds, signal) };
    },

    async BatchGetUnreadClientMessageCounts({ clientIds }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      const others = clientIds.filter((clientId) => clientId !== viewerId);
      const permitted = await grants.permitted(viewerId, others, 'MESSAGES', signal);
      if (permitted.size === 0) return { counts: [] };
      return { counts: await messages.countUnreadFrom(viewerId, [...permitted], signal) };
    },

    async GetUnreadConversationCount(_request, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      return { unreadConversationCount: await messages.countUnreadConversations(viewerId, signal) };
    },

    // For services: its scope is theirs alone.
    async BatchGetRecipients({ messageIds }, { signal }) {
      return { recipients: await messages.listRecipients(messageIds, signal) };
    },
  };
}
