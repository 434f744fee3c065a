import DataLoader from 'dataloader';
import type { Resolvers } from '#gen/graphql/notifications.ts';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { NotificationModel } from './models.ts';
import { kinds } from './service.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  notifications: LocalClient<NotificationsServiceDefinition>;
  notificationById: DataLoader<string, NotificationModel | null>;
}

export function createContext(
  service: Service<NotificationsServiceDefinition>,
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const notifications = service.local(call);
  return { viewer, notifications, notificationById: createNotificationLoader(notifications) };
}

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
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
        const { preference } = await notifications.updateNotificationPreference({
          kind: kinds.valueOf(input.kind),
          inApp: input.inApp,
        });
        return { preference: promised(preference) };
      },
    },

    User: {
      __resolveReference: ({ id }) => ({ id }),
      async notifications({ id }, { unreadOnly, ...window }, { viewer, notifications }) {
        if (id !== viewer?.id) return null;
        const page = await notifications.listNotifications({ page: pageRequestOf(window), unreadOnly });
        return connectionOf(page, ({ notification }) => ({ node: promised(notification) }));
      },
      async unreadNotificationCount({ id }, _arguments, { viewer, notifications }) {
        if (id !== viewer?.id) return null;
        const { unreadCount } = await notifications.getUnreadNotificationCount({});
        return unreadCount;
      },
      async notificationPreferences({ id }, _arguments, { viewer, notifications }) {
        if (id !== viewer?.id) return null;
        const { preferences } = await notifications.listNotificationPreferences({});
        return preferences;
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

function createNotificationLoader(
  notifications: LocalClient<NotificationsServiceDefinition>,
): Context['notificationById'] {
  return new DataLoader(
    async (ids: readonly string[]) => {
      const { notifications: found } = await notifications.batchGetNotifications({ ids: [...ids] });
      const byId = new Map(found.map((notification) => [notification.id, notification]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    { maxBatchSize: 1_000 },
  );
}

/** What another domain owns, by its id; proto writes "none" as an empty string. */
function stubOf(id: string): { id: string } | null {
  return id === '' ? null : { id };
}

/** Proto types call every message nullable; these are always set. */
function promised<Message>(message: Message | null): Message {
  if (message === null) throw new Error('A message is missing that the contract promises.');
  return message;
}
