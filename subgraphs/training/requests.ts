import { z } from 'zod';
import { Permission } from '#gen/proto/fitme/training/v1/Permission.ts';
import { RateUnit } from '#gen/proto/fitme/training/v1/RateUnit.ts';
import { RelationshipState } from '#gen/proto/fitme/training/v1/RelationshipState.ts';
import { Speciality } from '#gen/proto/fitme/training/v1/Speciality.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalId, optionalText } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { expectedVersion, instant, listOf, oneLine, requiredInstant, setValue } from './request-parts.ts';

const message = optionalText(500, 'A message');
const permissions = listOf(setValue(Permission, 'Name the permission.'), 4, 'Name each permission once.');
const specialities = listOf(setValue(Speciality, 'Name the speciality.'), 10, 'Name each speciality once.');

const qualification = z.object({
  title: oneLine(1, 120),
  issuer: oneLine(0, 120),
  year: z.int().min(1940, 'takes a year from 1940 on').max(2100, 'takes a year up to 2100'),
});
const rate = z.object({
  amountMinor: z.int().min(0, 'takes an amount from 0 up').max(100_000_000, 'takes at most 100,000,000'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, for example "EUR"'),
  unit: setValue(RateUnit, 'Say what the price is for.'),
});

const appointment = {
  title: oneLine(1, 120),
  place: oneLine(0, 300),
  startsAt: requiredInstant,
  endsAt: requiredInstant,
};

/** What of a trainer's profile is told by hand. */
export const trainerProfile = z.object({
  headline: oneLine(1, 120),
  about: optionalText(2_000, 'The text'),
  qualifications: z.array(qualification).max(20, 'takes at most 20'),
  specialities,
  rates: z.array(rate).max(10, 'takes at most 10'),
  acceptsClients: z.boolean('takes true or false'),
});

/** What requests must hold beyond their proto types. */
export const trainingRequests: RequestSchemas<TrainingServiceDefinition> = {
  BatchGetTrainerProfiles: z.object({ trainerIds: ids(1_000) }),
  ListTrainers: z.object({ specialities, page: pageRequest }),
  UpdateTrainerProfile: z.object({
    updateMask,
    ...{ qualifications: changedPart, specialities: changedPart, rates: changedPart },
    expectedVersion: z.int().min(0, 'takes the version that you have read, or 0 where there is none'),
  }),

  InviteClient: z.object({ clientId: id, message, idempotencyKey }),
  RequestTrainer: z.object({ trainerId: id, message, permissions, idempotencyKey }),
  AcceptRelationship: z.object({ relationshipId: id, permissions }),
  PauseRelationship: z.object({ relationshipId: id }),
  ResumeRelationship: z.object({ relationshipId: id }),
  EndRelationship: z.object({ relationshipId: id }),
  SetPermissions: z.object({ relationshipId: id, permissions }),
  BatchGetClientRelationships: z.object({ ids: ids(1_000) }),
  ListClientRelationships: z.object({
    side: z.enum(['RELATIONSHIP_SIDE_TRAINER', 'RELATIONSHIP_SIDE_CLIENT'], 'takes TRAINER or CLIENT'),
    states: listOf(setValue(RelationshipState, 'Name the state.'), 5, 'Name each state once.'),
    page: pageRequest,
  }),
  ListRelationshipChanges: z.object({ relationshipId: id, page: pageRequest }),
  ScheduleAppointment: z.object({ relationshipId: id, ...appointment, idempotencyKey }),
  RescheduleAppointment: z.object({ appointmentId: id, ...appointment, expectedVersion }),
  CancelAppointment: z.object({ appointmentId: id }),
  BatchGetAppointments: z.object({ ids: ids(1_000) }),
  ListAppointments: z.object({
    from: instant,
    to: instant,
    includeCancelled: z.boolean(),
    page: pageRequest,
  }),
  BatchGetNextAppointments: z.object({ relationshipIds: ids(1_000) }),

  ListGrants: z.object({
    afterTrainerId: optionalId,
    afterClientId: optionalId,
    limit: z.int().min(1).max(1_000),
  }),
};
