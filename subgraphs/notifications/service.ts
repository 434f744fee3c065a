import type { Notification__Output } from '#gen/proto/fitme/notifications/v1/Notification.ts';
import { NotificationKind as NotificationKindProto } from '#gen/proto/fitme/notifications/v1/NotificationKind.ts';
import type { NotificationPreference__Output } from '#gen/proto/fitme/notifications/v1/NotificationPreference.ts';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import { notFound } from '#platform/errors.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { completePreferences, type Notification, type Preference } from './rules.ts';
import { type InboxStore, inboxCursor } from './store/inbox.ts';
import type { PreferenceStore } from './store/preferences.ts';

export const notificationsService = serviceName<NotificationsServiceDefinition>(
  'fitme.notifications.v1.NotificationsService',
);

/** Kinds, between the contracts and the domain, which calls them what GraphQL does. */
export const kinds = mapEnum(NotificationKindProto, 'NOTIFICATION_KIND_');

export interface ServiceParts {
  inbox: InboxStore;
  preferences: PreferenceStore;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** The service: everybody reads and changes their own inbox, and nobody another's. */
export function createHandlers({
  inbox,
  preferences,
  now,
}: ServiceParts): Handlers<NotificationsServiceDefinition> {
  return {
    async ListNotifications({ page, unreadOnly }, { viewer, signal }) {
      const { id: ownerId } = requirePerson(viewer);
      const window = windowOf(page, inboxCursor);
      const { edges, pageInfo } = await inbox.list({ ownerId, unreadOnly, window }, signal);
      return { edges: edges.map(({ row, cursor }) => ({ notification: toProto(row), cursor })), pageInfo };
    },

    async BatchGetNotifications({ ids }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const notifications = await inbox.batchGet(ownerId, ids);
      return { notifications: notifications.map(toProto) };
    },

    async GetUnreadNotificationCount(_request, { viewer, signal }) {
      const { id: ownerId } = requirePerson(viewer);
      return { unreadCount: await inbox.countUnread(ownerId, signal) };
    },

    async MarkNotificationRead({ notificationId }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const notification = await inbox.markRead(ownerId, notificationId, new Date(now()));
      if (notification === null) throw notFound('notification');
      return { notification: toProto(notification) };
    },

    async MarkAllNotificationsRead(_request, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      return { markedCount: await inbox.markAllRead(ownerId, new Date(now())) };
    },

    async ListNotificationPreferences(_request, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const chosen = await preferences.chosen(ownerId);
      return { preferences: completePreferences(chosen).map(preferenceToProto) };
    },

    async UpdateNotificationPreference({ kind, inApp }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const preference = await preferences.choose(ownerId, { kind: kinds.requiredNameOf(kind), inApp });
      return { preference: preferenceToProto(preference) };
    },
  };
}

function toProto(notification: Notification): Notification__Output {
  return {
    id: notification.id,
    ownerId: notification.ownerId,
    kind: kinds.valueOf(notification.kind),
    actorId: notification.actorId ?? '',
    conversationId: notification.conversationId ?? '',
    messageId: notification.messageId ?? '',
    friendRequestId: notification.friendRequestId ?? '',
    count: notification.count,
    occurredAt: timestampOf(notification.occurredAt),
    readAt: timestampOf(notification.readAt),
  };
}

function preferenceToProto({ kind, inApp }: Preference): NotificationPreference__Output {
  return { kind: kinds.valueOf(kind), inApp };
}
