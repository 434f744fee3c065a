import type { Resolvers } from '#gen/graphql/diet.ts';
import { addDays } from '#platform/days.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { bounds, mealKinds, nutrients, objectiveKinds, scopes } from '../rpc/present/enums.ts';

type PlanResolvers = Pick<
  Resolvers,
  | 'DietObjective'
  | 'NutrientTarget'
  | 'MealPlan'
  | 'MealPlanMeal'
  | 'MealPlanCheck'
  | 'MealPlanWarning'
  | 'MealPlanOverride'
>;

export function createPlanResolvers(): PlanResolvers {
  return {
    DietObjective: {
      user: ({ userId }) => ({ id: userId }),
      kind: ({ kind }) => objectiveKinds.requiredNameOf(kind),
      setBy: ({ setById }) => stubOf(setById),
      setAt: ({ setAt }) => requiredDateOf(setAt),
    },

    NutrientTarget: { nutrient: ({ nutrient }) => nutrients.requiredNameOf(nutrient) },

    MealPlan: {
      __resolveReference: ({ id }, { mealPlanById }) => mealPlanById.load(id),
      user: ({ userId }) => ({ id: userId }),
      author: ({ authorId }) => stubOf(authorId),
      days: ({ startsOn, days }) =>
        days.map(({ meals }, index) => ({ day: addDays(startsOn, index), meals })),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },

    MealPlanMeal: { kind: ({ kind }) => mealKinds.requiredNameOf(kind) },

    MealPlanCheck: {
      days: ({ days }) => days.map((each) => ({ day: each.day, nutrients: promised(each.nutrients) })),
      average: ({ average }) => promised(average),
    },

    MealPlanWarning: {
      scope: ({ scope }) => scopes.requiredNameOf(scope),
      nutrient: ({ nutrient }) => nutrients.requiredNameOf(nutrient),
      bound: ({ bound }) => bounds.requiredNameOf(bound),
    },

    MealPlanOverride: {
      __resolveReference: ({ id }, { mealPlanOverrideById }) => mealPlanOverrideById.load(id),
      mealPlan: ({ mealPlanId }, _arguments, { mealPlanById }) =>
        mealPlanId === undefined ? null : mealPlanById.load(mealPlanId),
      user: ({ userId }) => ({ id: userId }),
      actor: ({ actorId }) => stubOf(actorId),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
      reviewer: ({ reviewerId }) => stubOf(reviewerId),
      reviewedAt: ({ reviewedAt }) => dateOf(reviewedAt),
    },
  };
}
