import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { IncomingCall } from '#platform/call.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import { createGymLoaders, type GymLoaders } from './gym-loaders.ts';
import { createTrainingLoaders, type TrainingLoaders } from './training-loaders.ts';

/** What resolvers work with during one request. */
export interface Context extends TrainingLoaders, GymLoaders {
  viewer: Viewer | null;
  training: LocalClient<TrainingServiceDefinition>;
  gyms: LocalClient<GymsServiceDefinition>;
}

export function createContext(
  services: { training: Service<TrainingServiceDefinition>; gyms: Service<GymsServiceDefinition> },
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const training = services.training.local(call);
  const gyms = services.gyms.local(call);
  return { viewer, training, gyms, ...createTrainingLoaders(training), ...createGymLoaders(gyms) };
}
