import type DataLoader from 'dataloader';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { ClientRelationshipModel, TrainerProfileModel } from './models.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  training: LocalClient<TrainingServiceDefinition>;
  trainerProfileOf: DataLoader<string, TrainerProfileModel | null>;
  relationshipById: DataLoader<string, ClientRelationshipModel | null>;
}

export function createContext(
  service: Service<TrainingServiceDefinition>,
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const training = service.local(call);
  return {
    viewer,
    training,
    trainerProfileOf: createLoader(async (trainerIds) => {
      const { trainerProfiles } = await training.batchGetTrainerProfiles({ trainerIds });
      return trainerProfiles.map((profile) => [profile.trainerId, profile]);
    }),
    relationshipById: createLoader(async (ids) => {
      const { relationships } = await training.batchGetClientRelationships({ ids });
      return relationships.map((relationship) => [relationship.id, relationship]);
    }),
  };
}
