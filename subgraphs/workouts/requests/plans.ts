import { z } from 'zod';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import { WorkoutPlanVisibility } from '#gen/proto/fitme/workouts/v1/WorkoutPlanVisibility.ts';
import { WorkoutProgressionKind } from '#gen/proto/fitme/workouts/v1/WorkoutProgressionKind.ts';
import { WorkoutSetKind } from '#gen/proto/fitme/workouts/v1/WorkoutSetKind.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import {
  between,
  distanceM,
  durationSeconds,
  eachOnce,
  loadKg,
  named,
  positive,
  reps,
  rpe,
  wholeBetween,
} from './fields.ts';

/** The most versions that one call answers with, which are up to 150 KB each: what a gRPC message takes. */
export const maximumVersions = 20;

const name = text(100, 'A name');
const description = optionalText(4_000, 'A description');

const tutorialFileIds = eachOnce(id, { least: 0, most: 10, what: 'files' });

const plannedSet = z.object({
  kind: named(WorkoutSetKind, 'Name what the set is for.'),
  minReps: reps.optional(),
  maxReps: reps.optional(),
  loadKg: loadKg.optional(),
  oneRepMaxPercent: between(1, 120, 'percent').optional(),
  rpe: rpe.optional(),
  durationSeconds: durationSeconds.optional(),
  distanceM: distanceM.optional(),
  restSeconds: wholeBetween(0, 3_600, 's').optional(),
});

const progression = z
  .object({
    kind: named(WorkoutProgressionKind, 'Name the rule.'),
    incrementKg: z.number().optional(),
    percent: z.number().optional(),
    minReps: z.int().optional(),
    maxReps: z.int().optional(),
  })
  .superRefine(({ kind, incrementKg, percent, minReps = 0, maxReps = 0 }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const isPercentage = kind === 'WORKOUT_PROGRESSION_KIND_PERCENTAGE';
    if (isPercentage && !positive(20, '').safeParse(percent).success) {
      refuse('percent', 'takes more than 0, at most 20 percent a week');
    }
    if (!isPercentage && !positive(100, '').safeParse(incrementKg).success) {
      refuse('incrementKg', 'takes more than 0, at most 100 kg');
    }
    if (kind !== 'WORKOUT_PROGRESSION_KIND_DOUBLE') return;
    if (minReps < 1 || minReps > 99) refuse('minReps', 'takes 1 to 99 repetitions');
    if (maxReps <= minReps || maxReps > 100) refuse('maxReps', 'takes more than minReps, at most 100');
  });

const exercise = z.object({
  exerciseId: id,
  superset: wholeBetween(1, 30, 'supersets').optional(),
  sets: z.array(plannedSet).min(1, 'Plan at least one set.').max(20, 'Plan at most 20 sets of an exercise.'),
  progression: progression.nullable(),
  note: optionalText(500, 'A note').optional(),
});

const day = z.object({
  name: text(100, 'The name of a day'),
  weekday: wholeBetween(1, 7, 'days').optional(),
  exercises: z
    .array(exercise)
    .min(1, 'Plan at least one exercise a day.')
    .max(30, 'Plan at most 30 exercises a day.'),
});

const week = z.object({
  days: z.array(day).min(1, 'Plan at least one day a week.').max(7, 'A week has at most 7 days.'),
  deloadPercent: between(30, 95, 'percent').optional(),
});

const weeks = z.array(week).min(1, 'Plan at least one week.').max(52, 'A plan has at most 52 weeks.');

/** What of a plan can be changed, and what it must hold then; null for none. */
export const changeablePlan = z.object({
  name,
  description: description.nullable(),
  weeks,
  tutorialFileIds,
});

/** How a plan is shared can be changed, too. */
export const changeableSharing = z.object({
  visibility: named(WorkoutPlanVisibility, 'Say who may see the plan: PRIVATE or PUBLIC.'),
  template: z.boolean('Say whether it is meant to be copied.'),
});

/** What requests must hold beyond their proto types. */
export const planRequests: RequestSchemas<PlansServiceDefinition> = {
  CreateWorkoutPlan: z.object({
    name,
    description: description.optional(),
    weeks,
    template: z.boolean(),
    tutorialFileIds,
    idempotencyKey,
  }),
  UpdateWorkoutPlan: z.object({
    workoutPlanId: id,
    expectedVersion: z.int().min(1, 'takes the version that you have read'),
    updateMask,
    ...{ weeks: changedPart, tutorialFileIds: changedPart },
  }),
  UpdateWorkoutPlanSharing: z.object({ workoutPlanId: id, updateMask }),
  CopyWorkoutPlan: z.object({ workoutPlanId: id, name: z.literal('').or(name).optional(), idempotencyKey }),
  ArchiveWorkoutPlan: z.object({ workoutPlanId: id }),
  BatchGetWorkoutPlans: z.object({ ids: ids(1_000) }),
  BatchGetWorkoutPlanVersions: z.object({ ids: ids(maximumVersions) }),
  ListWorkoutPlans: z.object({ templatesOnly: z.boolean(), page: pageRequest }),
  SearchWorkoutPlans: z.object({
    text: optionalText(80, 'A search').optional(),
    templatesOnly: z.boolean(),
    page: pageRequest,
  }),
};
