import type DataLoader from 'dataloader';
import type { ClientRelationshipChangePage__Output } from '#gen/proto/fitme/training/v1/ClientRelationshipChangePage.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { createLoader, createPageLoaders, type PageLoaders } from '#platform/graphql/loader.ts';
import type { LocalClient } from '#platform/service/service.ts';
import type { AppointmentModel, ClientRelationshipModel, TrainerProfileModel } from './models.ts';

/** What fields of many trainers, relationships and appointments ask for, as one call each. */
export interface TrainingLoaders {
  /** By trainer. */
  trainerProfileOf: DataLoader<string, TrainerProfileModel | null>;
  clientRelationshipById: DataLoader<string, ClientRelationshipModel | null>;
  /** By relationship. */
  historyOf: PageLoaders<ClientRelationshipChangePage__Output>;
  appointmentById: DataLoader<string, AppointmentModel | null>;
  /** By relationship. */
  nextAppointmentOf: DataLoader<string, AppointmentModel | null>;
}

export function createTrainingLoaders(training: LocalClient<TrainingServiceDefinition>): TrainingLoaders {
  return {
    trainerProfileOf: createLoader(async (trainerIds) => {
      const { trainerProfiles } = await training.batchGetTrainerProfiles({ trainerIds });
      return trainerProfiles.map((profile) => [profile.trainerId, profile]);
    }),
    clientRelationshipById: createLoader(async (ids) => {
      const { clientRelationships } = await training.batchGetClientRelationships({ ids });
      return clientRelationships.map((relationship) => [relationship.id, relationship]);
    }),
    historyOf: createPageLoaders('clientRelationshipId', (clientRelationshipIds, page) =>
      training.batchListClientRelationshipChanges({ clientRelationshipIds, page }),
    ),
    appointmentById: createLoader(async (ids) => {
      const { appointments } = await training.batchGetAppointments({ ids });
      return appointments.map((appointment) => [appointment.id, appointment]);
    }),
    nextAppointmentOf: createLoader(async (clientRelationshipIds) => {
      const { appointments } = await training.batchGetNextAppointments({ clientRelationshipIds });
      return appointments.map((appointment) => [appointment.clientRelationshipId, appointment]);
    }),
  };
}
