import { z } from 'zod';
import { Permission } from '#gen/proto/fitme/training/v1/Permission.ts';
import { RateUnit } from '#gen/proto/fitme/training/v1/RateUnit.ts';
import { RelationshipState } from '#gen/proto/fitme/training/v1/RelationshipState.ts';
import { Speciality } from '#gen/proto/fitme/training/v1/Speciality.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';

const message = atMost(500);
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

/** What requests must hold beyond their proto types. */
export const requests: RequestSchemas<TrainingServiceDefinition> = {
  BatchGetTrainerProfiles: z.object({ trainerIds: ids(1_000) }),
  ListTrainers: z.object({ specialities, page: pageRequest }),
  UpdateTrainerProfile: z.object({
    headline: oneLine(1, 120),
    about: atMost(2_000),
    qualifications: z.array(qualification).max(20, 'takes at most 20'),
    specialities,
    rates: z.array(rate).max(10, 'takes at most 10'),
    acceptsClients: z.boolean(),
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
  ListGrants: z.object({
    afterTrainerId: z.literal('').or(id),
    afterClientId: z.literal('').or(id),
    limit: z.int().min(1).max(1_000),
  }),
};

/** A value of an enum, but for the one that stands for none. */
function setValue<Value extends string>(values: Readonly<Record<string, Value>>, none: string) {
  const value: z.ZodType<Value, Value> = z.enum(values as { [Key in Value]: Key });
  return value.refine((given) => !given.endsWith('_UNSPECIFIED'), none);
}

function listOf<Value extends string>(value: z.ZodType<Value, Value>, most: number, once: string) {
  return z
    .array(value)
    .max(most, `takes at most ${most}`)
    .refine((all) => new Set(all).size === all.length, once);
}

/** Text whose length is counted in code points. */
function atMost(most: number) {
  return z
    .string()
    .refine((text) => [...text].length <= most, `takes at most ${most.toLocaleString('en')} characters`);
}

function oneLine(least: number, most: number) {
  return z
    .string()
    .refine(
      (text) => [...text.trim()].length >= least && [...text].length <= most && !/\p{Cc}/u.test(text),
      `takes one line of ${least} to ${most} characters`,
    );
}
