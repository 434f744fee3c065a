import type { Conversation__Output } from '#gen/proto/fitme/messaging/v1/Conversation.ts';
import type { Message__Output } from '#gen/proto/fitme/messaging/v1/Message.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type ConversationModel = Conversation__Output;
export type MessageModel = Message__Output;
export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}

export interface FileModel {
  id: string;
}
