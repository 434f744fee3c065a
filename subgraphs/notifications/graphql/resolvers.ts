import type { Resolvers } from '#gen/graphql/notifications.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { kinds } from '../rpc/present.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      notification: (_parent, { id }, { notificationById }) => notificationById.load(id),
    },

    Mutation: {
      async markNotificationRead(_parent, { input }, { notifications }) {
        const { notification } = await notifications.markNotificationRead({
          notificationId: input.notificationId,
        });
        return { notification: promised(notification) };
      },
      async markAllNotificationsRead(_parent, _arguments, { notifications }) {
        return notifications.markAllNotificationsRead({});
      },
      async updateNotificationPreference(_parent, { input }, { notifications }) {
        const { kind, ...changes } = input;
        const request = { kind: kinds.valueOf(kind), ...changesOf(changes) };
        const { notificationPreference } = await notifications.updateNotificationPreference(request);
        return { notificationPreference: promised(notificationPreference) };
      },
    },

    Viewer: {
      __resolveReference: viewerOf,
      async notifications(_viewer, { unreadOnly, ...window }, { notifications }) {
        const page = await notifications.listNotifications({ page: pageRequestOf(window), unreadOnly });
        return connectionOf(page, ({ notification }) => ({ node: promised(notification) }));
      },
      async unreadNotificationCount(_viewer, _arguments, { notifications }) {
        const { unreadCount } = await notifications.getUnreadNotificationCount({});
        return unreadCount;
      },
      async notificationPreferences(_viewer, _arguments, { notifications }) {
        const { notificationPreferences } = await notifications.listNotificationPreferences({});
        return notificationPreferences;
      },
    },

    Notification: {
      __resolveReference: ({ id }, { notificationById }) => notificationById.load(id),
      kind: ({ kind }) => kinds.requiredNameOf(kind),
      actor: ({ actorId }) => stubOf(actorId),
      conversation: ({ conversationId }) => stubOf(conversationId),
      message: ({ messageId }) => stubOf(messageId),
      friendRequest: ({ friendRequestId }) => stubOf(friendRequestId),
      occurredAt: ({ occurredAt }) => requiredDateOf(occurredAt),
      readAt: ({ readAt }) => dateOf(readAt),
    },

    NotificationPreference: {
      kind: ({ kind }) => kinds.requiredNameOf(kind),
    },
  };
}
