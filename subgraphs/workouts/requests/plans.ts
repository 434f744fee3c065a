import { z } from 'zod';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import { PlanVisibility } from '#gen/proto/fitme/workouts/v1/PlanVisibility.ts';
import { ProgressionKind } from '#gen/proto/fitme/workouts/v1/ProgressionKind.ts';
import { SetKind } from '#gen/proto/fitme/workouts/v1/SetKind.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import {
  between,
  distanceM,
  durationS,
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
  kind: named(SetKind, 'Name what the set is for.'),
  repsMin: reps.optional(),
  repsMax: reps.optional(),
  loadKg: loadKg.optional(),
  oneRepMaxPercent: between(1, 120, 'percent').optional(),
  rpe: rpe.optional(),
  durationS: durationS.optional(),
  distanceM: distanceM.optional(),
  restS: wholeBetween(0, 3_600, 's').optional(),
});

const progression = z
  .object({
    kind: named(ProgressionKind, 'Name the rule.'),
    incrementKg: z.number().optional(),
    percent: z.number().optional(),
    repsMin: z.int().optional(),
    repsMax: z.int().optional(),
  })
  .superRefine(({ kind, incrementKg, percent, repsMin = 0, repsMax = 0 }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const isPercentage = kind === 'PROGRESSION_KIND_PERCENTAGE';
    if (isPercentage && !positive(20, '').safeParse(percent).success) {
      refuse('percent', 'takes more than 0, at most 20 percent a week');
    }
    if (!isPercentage && !positive(100, '').safeParse(incrementKg).success) {
      refuse('incrementKg', 'takes more than 0, at most 100 kg');
    }
    if (kind !== 'PROGRESSION_KIND_DOUBLE') return;
    if (repsMin < 1 || repsMin > 99) refuse('repsMin', 'takes 1 to 99 repetitions');
    if (repsMax <= repsMin || repsMax > 100) refuse('repsMax', 'takes more than repsMin, at most 100');
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

const content = z.object({
  weeks: z.array(week).min(1, 'Plan at least one week.').max(52, 'A plan has at most 52 weeks.'),
});

/** What of a plan can be changed, and what it must hold then; null for none. */
export const changeablePlan = z.object({
  name,
  description: description.nullable(),
  content: z.object(content.shape, 'Say what the plan holds.'),
  tutorials: z.object({ fileIds: tutorialFileIds }, 'takes the files that show how it is done'),
});

/** How a plan is shared can be changed, too. */
export const changeableSharing = z.object({
  visibility: named(PlanVisibility, 'Say who may see the plan: PRIVATE or PUBLIC.'),
  isTemplate: z.boolean('Say whether it is meant to be copied.'),
});

/** What requests must hold beyond their proto types. */
export const planRequests: RequestSchemas<PlansServiceDefinition> = {
  CreateWorkoutPlan: z.object({
    name,
    description: description.optional(),
    content: content.nullable().refine((value) => value !== null, 'Say what the plan holds.'),
    isTemplate: z.boolean(),
    tutorialFileIds,
    idempotencyKey,
  }),
  UpdateWorkoutPlan: z.object({
    planId: id,
    expectedVersion: z.int().min(1, 'takes the version that you have read'),
    updateMask,
    ...{ content: changedPart, tutorials: changedPart },
  }),
  UpdateWorkoutPlanSharing: z.object({ planId: id, updateMask }),
  CopyWorkoutPlan: z.object({ planId: id, name: z.literal('').or(name).optional(), idempotencyKey }),
  ArchiveWorkoutPlan: z.object({ planId: id }),
  BatchGetPlans: z.object({ ids: ids(1_000) }),
  BatchGetPlanVersions: z.object({ ids: ids(maximumVersions) }),
  ListPlans: z.object({ templatesOnly: z.boolean(), page: pageRequest }),
  SearchPlans: z.object({
    text: optionalText(80, 'A search').optional(),
    templatesOnly: z.boolean(),
    page: pageRequest,
  }),
};
