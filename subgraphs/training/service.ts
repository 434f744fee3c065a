import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import { createContacts, type UsersClient } from './rpc/contacts.ts';
import { createProfileHandlers } from './rpc/profiles.ts';
import { createRelationshipCommandHandlers } from './rpc/relationship-commands.ts';
import { createRelationshipReadHandlers } from './rpc/relationship-reads.ts';
import type { Store } from './store.ts';

export const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');

export interface ServiceParts {
  store: Store;
  users: UsersClient;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** The service: people see and change the relationships that they are a part of, and no other. */
export function createHandlers({ store, users, now }: ServiceParts): Handlers<TrainingServiceDefinition> {
  return {
    ...createProfileHandlers(store, now),
    ...createRelationshipCommandHandlers(store, createContacts(users)),
    ...createRelationshipReadHandlers(store),
  };
}
