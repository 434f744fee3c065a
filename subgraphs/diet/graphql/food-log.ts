import type { Resolvers } from '#gen/graphql/diet.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { mealKinds, nutrients } from '../rpc/present/enums.ts';

type FoodLogResolvers = Pick<Resolvers, 'FoodEntry' | 'DietDay' | 'MealNutrients' | 'NutrientProgress'>;

export function createFoodLogResolvers(): FoodLogResolvers {
  return {
    FoodEntry: {
      __resolveReference: ({ id }, { foodEntryById }) => foodEntryById.load(id),
      user: ({ userId }) => ({ id: userId }),
      meal: ({ meal }) => mealKinds.requiredNameOf(meal),
      portion: ({ portion }) => promised(portion),
      nutrients: (entry) => promised(entry.nutrients),
      loggedAt: ({ loggedAt }) => requiredDateOf(loggedAt),
    },

    DietDay: {
      total: ({ total }) => promised(total),
      closedAt: ({ closedAt }) => dateOf(closedAt),
    },

    MealNutrients: {
      meal: ({ meal }) => mealKinds.requiredNameOf(meal),
      nutrients: (eaten) => promised(eaten.nutrients),
    },

    NutrientProgress: { nutrient: ({ nutrient }) => nutrients.requiredNameOf(nutrient) },
  };
}
