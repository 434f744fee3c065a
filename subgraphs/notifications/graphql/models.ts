import type { Notification__Output } from '#gen/proto/fitme/notifications/v1/Notification.ts';
import type { NotificationPreference__Output } from '#gen/proto/fitme/notifications/v1/NotificationPreference.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type NotificationModel = Notification__Output;
export type NotificationPreferenceModel = NotificationPreference__Output;

export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}

export interface ConversationModel {
  id: string;
}

export interface MessageModel {
  id: string;
}

export interface FriendRequestModel {
  id: string;
}
