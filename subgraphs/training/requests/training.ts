import { z } from 'zod';
import { ClientRelationshipState } from '#gen/proto/fitme/training/v1/ClientRelationshipState.ts';
import { Permission } from '#gen/proto/fitme/training/v1/Permission.ts';
import { TrainerRateUnit } from '#gen/proto/fitme/training/v1/TrainerRateUnit.ts';
import { TrainerSpeciality } from '#gen/proto/fitme/training/v1/TrainerSpeciality.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalText } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import {
  expectedVersion,
  instant,
  listOf,
  oneLine,
  requiredInstant,
  setValue,
  windowOnEach,
} from './fields.ts';

const message = optionalText(500, 'A message').optional();
const permissions = listOf(setValue(Permission, 'Name the permission.'), 4, 'Name each permission once.');
const specialities = listOf(
  setValue(TrainerSpeciality, 'Name the speciality.'),
  10,
  'Name each speciality once.',
);

const qualification = z.object({
  title: oneLine(1, 120),
  issuer: oneLine(0, 120).optional(),
  year: z.int().min(1940, 'takes a year from 1940 on').max(2100, 'takes a year up to 2100'),
});
const money = z.object({
  amountMinor: z.int().min(0, 'takes an amount from 0 up').max(100_000_000, 'takes at most 100,000,000'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'takes an ISO 4217 code, for example "EUR"'),
});
const rate = z.object({
  price: money.nullable().refine((price) => price !== null, 'Say how much it is.'),
  unit: setValue(TrainerRateUnit, 'Say what the price is for.'),
});

/** What of an appointment is told by hand; whether its times can be held is a matter of rules. */
export const appointment = z.object({
  title: oneLine(1, 120),
  place: oneLine(0, 300).optional(),
  startsAt: requiredInstant,
  endsAt: requiredInstant,
});

/** What of a trainer's profile is told by hand. */
export const trainerProfile = z.object({
  headline: oneLine(1, 120),
  about: optionalText(2_000, 'The text').optional(),
  qualifications: z.array(qualification).max(20, 'takes at most 20'),
  specialities,
  rates: z.array(rate).max(10, 'takes at most 10'),
  acceptsClients: z.boolean('takes true or false'),
});

/** What requests must hold beyond their proto types. */
export const trainingRequests: RequestSchemas<TrainingServiceDefinition> = {
  BatchGetTrainerProfiles: z.object({ trainerIds: ids(1_000) }),
  ListTrainerProfiles: z.object({ specialities, page: pageRequest }),
  UpdateTrainerProfile: z.object({
    updateMask,
    ...{ qualifications: changedPart, specialities: changedPart, rates: changedPart },
    expectedVersion: expectedVersion.optional(),
  }),

  InviteClient: z.object({ clientId: id, message, idempotencyKey }),
  RequestTrainer: z.object({ trainerId: id, message, permissions, idempotencyKey }),
  AcceptClientRelationship: z.object({ clientRelationshipId: id, permissions }),
  PauseClientRelationship: z.object({ clientRelationshipId: id }),
  ResumeClientRelationship: z.object({ clientRelationshipId: id }),
  EndClientRelationship: z.object({ clientRelationshipId: id }),
  SetClientPermissions: z.object({ clientRelationshipId: id, permissions }),
  BatchGetClientRelationships: z.object({ ids: ids(1_000) }),
  ListClientRelationships: z.object({
    side: z.enum(
      ['CLIENT_RELATIONSHIP_SIDE_TRAINER', 'CLIENT_RELATIONSHIP_SIDE_CLIENT'],
      'takes TRAINER or CLIENT',
    ),
    states: listOf(setValue(ClientRelationshipState, 'Name the state.'), 5, 'Name each state once.'),
    page: pageRequest,
  }),

  BatchListClientRelationshipChanges: windowOnEach('clientRelationshipIds', {}),
  ScheduleAppointment: appointment.extend({ clientRelationshipId: id, idempotencyKey }),
  UpdateAppointment: z.object({
    ...{ appointmentId: id, updateMask, expectedVersion },
    ...{ startsAt: instant, endsAt: instant },
  }),
  CancelAppointment: z.object({ appointmentId: id }),
  BatchGetAppointments: z.object({ ids: ids(1_000) }),
  ListAppointments: z.object({
    from: instant,
    to: instant,
    includeCancelled: z.boolean(),
    page: pageRequest,
  }),
  BatchGetNextAppointments: z.object({ clientRelationshipIds: ids(1_000) }),

  ListGrants: z.object({
    afterTrainerId: id.optional(),
    afterClientId: id.optional(),
    limit: z.int().min(1).max(1_000),
  }),
};
