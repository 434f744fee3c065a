import type DataLoader from 'dataloader';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { NotificationModel } from './models.ts';

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
  return {
    viewer,
    notifications,
    notificationById: createLoader(async (ids) => {
      const found = await notifications.batchGetNotifications({ ids });
      return found.notifications.map((notification) => [notification.id, notification]);
    }),
  };
}
