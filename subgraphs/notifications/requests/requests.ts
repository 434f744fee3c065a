import { z } from 'zod';
import { NotificationKind } from '#gen/proto/fitme/notifications/v1/NotificationKind.ts';
import type { NotificationsServiceDefinition } from '#gen/proto/fitme/notifications/v1/NotificationsService.ts';
import { updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';

/** What of a preference can be changed. */
export const changeablePreference = z.object({ inApp: z.boolean('Say whether it goes to the inbox.') });

/** What requests must hold beyond their proto types. */
export const requests: RequestSchemas<NotificationsServiceDefinition> = {
  ListNotifications: z.object({ page: pageRequest, unreadOnly: z.boolean() }),
  BatchGetNotifications: z.object({ ids: ids(1_000) }),
  MarkNotificationRead: z.object({ notificationId: id }),
  UpdateNotificationPreference: z.object({
    kind: z
      .enum(NotificationKind)
      .refine(
        (kind) => kind !== 'NOTIFICATION_KIND_UNSPECIFIED',
        'Name the kind that is to be turned on or off.',
      ),
    updateMask,
  }),
};
