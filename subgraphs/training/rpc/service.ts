import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import type { Store } from '../store/store.ts';
import { createAppointmentHandlers } from './appointments.ts';
import { createBookingHandlers } from './bookings.ts';
import { createClassHandlers } from './classes.ts';
import { createContacts, type UsersClient } from './contacts.ts';
import { createGate } from './gate.ts';
import { createGymHandlers } from './gyms.ts';
import { createMembershipHandlers } from './memberships.ts';
import type { Planning } from './planning.ts';
import { createProfileHandlers } from './profiles.ts';
import { createRelationshipCommandHandlers } from './relationship-commands.ts';
import { createRelationshipReadHandlers } from './relationship-reads.ts';

export const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');
export const gymsService = serviceName<GymsServiceDefinition>('fitme.training.v1.GymsService');

export interface ServiceParts {
  store: Store;
  users: UsersClient;
  planning: Planning;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** Trainers and clients: people see and change the relationships that they are a part of, and no other. */
export function createTrainingHandlers({
  store,
  users,
  now,
}: ServiceParts): Handlers<TrainingServiceDefinition> {
  return {
    ...createProfileHandlers(store, now),
    ...createRelationshipCommandHandlers(store, createContacts(users)),
    ...createRelationshipReadHandlers(store),
    ...createAppointmentHandlers(store, now),
  };
}

/** Gyms: everybody may read of them; what their staff may do goes by their roles. */
export function createGymsHandlers({
  store,
  users,
  planning,
  now,
}: ServiceParts): Handlers<GymsServiceDefinition> {
  const contacts = createContacts(users);
  const gate = createGate(store);
  return {
    ...createGymHandlers(store, contacts, gate),
    ...createMembershipHandlers(store, { contacts, gate, now }),
    ...createClassHandlers(store, { gate, planning, now }),
    ...createBookingHandlers(store, { gate, now }),
  };
}
