import type { Resolvers } from '#gen/graphql/diet.ts';
import { addDays } from '#platform/days.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { bounds, mealKinds, nutrients, objectiveKinds, scopes } from '../present/enums.ts';

type PlanResolvers = Pick<
  Resolvers,
  | 'DietObjective'
  | 'NutrientTarget'
  | 'MealPlan'
  | 'PlannedMeal'
  | 'PlanCheck'
  | 'PlanWarning'
  | 'PlanOverride'
>;

export function createPlanResolvers(): PlanResolvers {
  return {
    DietObjective: {
      person: ({ userId }) => ({ id: userId }),
      kind: ({ kind }) => objectiveKinds.requiredNameOf(kind),
      restingEnergyKcal: ({ restingEnergyKcal }) => restingEnergyKcal || null,
      spentEnergyKcal: ({ spentEnergyKcal }) => spentEnergyKcal || null,
      setBy: ({ setById }) => stubOf(setById),
      setAt: ({ setAt }) => requiredDateOf(setAt),
    },

    NutrientTarget: {
      nutrient: ({ nutrient }) => nutrients.requiredNameOf(nutrient),
      min: ({ min }) => min || null,
      max: ({ max }) => max || null,
    },

    MealPlan: {
      __resolveReference: ({ id }, { mealPlanById }) => mealPlanById.load(id),
      person: ({ userId }) => ({ id: userId }),
      author: ({ authorId }) => stubOf(authorId),
      days: ({ startsOn, days }) =>
        days.map(({ meals }, index) => ({ day: addDays(startsOn, index), meals })),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },

    PlannedMeal: { kind: ({ kind }) => mealKinds.requiredNameOf(kind) },

    PlanCheck: {
      days: ({ days }) => days.map((each) => ({ day: each.day, nutrients: promised(each.nutrients) })),
      average: ({ average }) => promised(average),
      objectiveVersion: ({ objectiveVersion }) => objectiveVersion || null,
    },

    PlanWarning: {
      scope: ({ scope }) => scopes.requiredNameOf(scope),
      day: ({ day }) => day || null,
      nutrient: ({ nutrient }) => nutrients.requiredNameOf(nutrient),
      bound: ({ bound }) => bounds.requiredNameOf(bound),
    },

    PlanOverride: {
      __resolveReference: ({ id }, { overrideById }) => overrideById.load(id),
      mealPlan: ({ mealPlanId }, _arguments, { mealPlanById }) =>
        mealPlanId === '' ? null : mealPlanById.load(mealPlanId),
      person: ({ userId }) => ({ id: userId }),
      actor: ({ actorId }) => stubOf(actorId),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
      reviewer: ({ reviewerId }) => stubOf(reviewerId),
      reviewedAt: ({ reviewedAt }) => dateOf(reviewedAt),
      reviewNote: ({ reviewNote }) => reviewNote || null,
    },
  };
}
