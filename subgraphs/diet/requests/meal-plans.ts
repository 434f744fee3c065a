import { z } from 'zod';
import { MealPlanOverrideState } from '#gen/proto/fitme/diet/v1/MealPlanOverrideState.ts';
import type { MealPlanOverridesServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlanOverridesService.ts';
import type { MealPlansServiceDefinition } from '#gen/proto/fitme/diet/v1/MealPlansService.ts';
import { changedPart, updateMask } from '#platform/service/changes.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids, optionalText, text } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { day, expectedVersion, mealKind, portion } from './fields.ts';
import { windowOnPeople } from './people.ts';

const meal = z.object({
  kind: mealKind,
  portions: z
    .array(portion)
    .min(1, 'A meal holds 1 to 20 portions.')
    .max(20, 'A meal holds 1 to 20 portions.'),
});

/** What a person writes of a plan. */
export const mealPlan = z.object({
  title: text(120, 'A title'),
  startsOn: day,
  days: z
    .array(z.object({ meals: z.array(meal).max(10, 'A day holds at most 10 meals.') }))
    .min(1, 'A plan has 1 to 31 days.')
    .max(31, 'A plan has 1 to 31 days.'),
});

const override = z
  .object({
    warningCodes: z.array(z.string().max(60)).max(600),
    reason: optionalText(500, 'A reason').refine(
      (value) => value.trim().length >= 3,
      'Say why, in three characters or more.',
    ),
  })
  .nullable();

/** What requests must hold beyond their proto types. */
export const mealPlanRequests: RequestSchemas<MealPlansServiceDefinition> = {
  BatchListMealPlans: windowOnPeople({}),
  BatchGetMealPlans: z.object({ ids: ids(100) }),
  CheckMealPlan: mealPlan.extend({ userId: id.optional() }),
  CreateMealPlan: mealPlan.extend({ userId: id.optional(), override, idempotencyKey }),
  UpdateMealPlan: z.object({ mealPlanId: id, updateMask, expectedVersion, days: changedPart, override }),
  AssignMealPlan: z.object({ mealPlanId: id, clientId: id, startsOn: day, override, idempotencyKey }),
  DeleteMealPlan: z.object({ mealPlanId: id }),
};

/** What requests must hold beyond their proto types. */
export const mealPlanOverrideRequests: RequestSchemas<MealPlanOverridesServiceDefinition> = {
  ListMealPlanOverrides: z.object({
    userId: id.optional(),
    state: z.enum(MealPlanOverrideState),
    page: pageRequest,
  }),
  BatchGetMealPlanOverrides: z.object({ ids: ids(1_000) }),
  BatchCountOpenMealPlanOverrides: z.object({ userIds: ids(1_000) }),
  ReviewMealPlanOverride: z.object({ mealPlanOverrideId: id, note: text(500, 'A note') }),
};
