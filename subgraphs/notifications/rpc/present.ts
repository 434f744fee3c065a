import type { Notification__Output } from '#gen/proto/fitme/notifications/v1/Notification.ts';
import { NotificationKind } from '#gen/proto/fitme/notifications/v1/NotificationKind.ts';
import type { NotificationPreference__Output } from '#gen/proto/fitme/notifications/v1/NotificationPreference.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { Notification, Preference } from '../rules/rules.ts';

/** Kinds, between the contracts and the domain, which calls them what GraphQL does. */
export const kinds = mapEnum(NotificationKind, 'NOTIFICATION_KIND_');

/** A notification as the proto says it. */
export function notificationOf(notification: Notification): Notification__Output {
  return {
    id: notification.id,
    ownerId: notification.ownerId,
    kind: kinds.valueOf(notification.kind),
    actorId: notification.actorId ?? undefined,
    conversationId: notification.conversationId ?? undefined,
    messageId: notification.messageId ?? undefined,
    friendRequestId: notification.friendRequestId ?? undefined,
    count: notification.count,
    occurredAt: timestampOf(notification.occurredAt),
    readAt: timestampOf(notification.readAt),
  };
}

/** A preference as the proto says it. */
export function preferenceOf({ kind, inApp }: Preference): NotificationPreference__Output {
  return { kind: kinds.valueOf(kind), inApp };
}
