import type { ClientRelationship__Output } from '#gen/proto/fitme/training/v1/ClientRelationship.ts';
import type { RelationshipChange__Output } from '#gen/proto/fitme/training/v1/RelationshipChange.ts';
import type { TrainerProfile__Output } from '#gen/proto/fitme/training/v1/TrainerProfile.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type TrainerProfileModel = TrainerProfile__Output;
export type ClientRelationshipModel = ClientRelationship__Output;
export type RelationshipChangeModel = RelationshipChange__Output;

export interface UserModel {
  id: string;
}
