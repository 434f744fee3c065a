import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import { notFound } from '#platform/errors.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { changed } from '#platform/service/changes.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeablePreference } from '../requests/requests.ts';
import { completePreferences, preferenceFor } from '../rules/rules.ts';
import { inboxCursor } from '../store/inbox.ts';
import type { Store } from '../store/store.ts';
import { kinds, notificationOf, preferenceOf } from './present.ts';

export const notificationsService = serviceName<NotificationsServiceDefinition>(
  'fitme.notifications.v1.NotificationsService',
);

export interface ServiceParts {
  store: Store;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** The service: everybody reads and changes their own inbox, and nobody another's. */
export function createHandlers({ store, now }: ServiceParts): Handlers<NotificationsServiceDefinition> {
  const { inbox, preferences } = store;
  return {
    async ListNotifications({ page, unreadOnly }, { viewer, signal }) {
      const { id: ownerId } = requirePerson(viewer);
      const window = windowOf(page, inboxCursor);
      const { edges, pageInfo } = await inbox.list({ ownerId, unreadOnly, window }, signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ notification: notificationOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetNotifications({ ids }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const notifications = await inbox.batchGet(ownerId, ids);
      return { notifications: notifications.map(notificationOf) };
    },

    async GetUnreadNotificationCount(_request, { viewer, signal }) {
      const { id: ownerId } = requirePerson(viewer);
      return { unreadCount: await inbox.countUnread(ownerId, signal) };
    },

    async MarkNotificationRead({ notificationId }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const notification = await inbox.markRead(ownerId, notificationId, new Date(now()));
      if (notification === null) throw notFound('notification');
      return { notification: notificationOf(notification) };
    },

    async MarkAllNotificationsRead(_request, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      return { markedCount: await inbox.markAllRead(ownerId, new Date(now())) };
    },

    async ListNotificationPreferences(_request, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const chosen = await preferences.chosen(ownerId);
      return { notificationPreferences: completePreferences(chosen).map(preferenceOf) };
    },

    async UpdateNotificationPreference(request, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const kind = kinds.requiredNameOf(request.kind);
      const stored = preferenceFor(kind, await preferences.chosen(ownerId));
      const { inApp } = changed(changeablePreference, stored, request);
      // What stays is not written: it may be changed by another call in this moment.
      const preference = inApp === stored.inApp ? stored : await preferences.choose(ownerId, { kind, inApp });
      return { notificationPreference: preferenceOf(preference) };
    },
  };
}
