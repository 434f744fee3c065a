import type { EventDraft } from '#platform/event-log/event.ts';

/** A notification, as far as its events tell of it. */
export interface InboxEntry {
  id: string;
  ownerId: string;
}

/** The topic of what happens in a person's inbox. */
export function inboxTopic(ownerId: string): string {
  return `notifications.inbox.${ownerId}`;
}

/** Something new stands in an inbox. */
export function notificationCreated({ id, ownerId }: InboxEntry): EventDraft {
  return {
    topic: inboxTopic(ownerId),
    kind: 'notifications.notification-created',
    payload: { notificationCreated: { notificationId: id, ownerId } },
  };
}

/** It counts one thing more. */
export function notificationUpdated({ id, ownerId }: InboxEntry): EventDraft {
  return {
    topic: inboxTopic(ownerId),
    kind: 'notifications.notification-updated',
    payload: { notificationUpdated: { notificationId: id, ownerId } },
  };
}

/** Its owner has seen it. */
export function notificationRead({ id, ownerId }: InboxEntry): EventDraft {
  return {
    topic: inboxTopic(ownerId),
    kind: 'notifications.notification-read',
    payload: { notificationRead: { notificationId: id, ownerId } },
  };
}

/** What it told of is no more. */
export function notificationRemoved({ id, ownerId }: InboxEntry): EventDraft {
  return {
    topic: inboxTopic(ownerId),
    kind: 'notifications.notification-removed',
    payload: { notificationRemoved: { notificationId: id, ownerId } },
  };
}

/** Its owner has seen all that was there. */
export function allNotificationsRead(ownerId: string): EventDraft {
  return {
    topic: inboxTopic(ownerId),
    kind: 'notifications.all-notifications-read',
    payload: { allNotificationsRead: { ownerId } },
  };
}
