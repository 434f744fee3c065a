import type { Resolvers } from '#gen/graphql/diet.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { requiredDateOf } from '#platform/service/timestamps.ts';
import {
  aisles,
  allergens,
  dietaryFlags,
  nutrients,
  origins,
  sharings,
  sources,
  units,
} from '../rpc/present/enums.ts';

type FoodResolvers = Pick<Resolvers, 'Ingredient' | 'Recipe' | 'FoodPortion' | 'Nutrients' | 'Money'>;

export function createFoodResolvers(): FoodResolvers {
  return {
    Ingredient: {
      __resolveReference: ({ id }, { ingredientById }) => ingredientById.load(id),
      owner: ({ ownerId }) => stubOf(ownerId),
      source: ({ source }) => sources.requiredNameOf(source),
      perHundredGrams: ({ perHundredGrams }) => promised(perHundredGrams),
      allergens: (ingredient) => ingredient.allergens.map(allergens.requiredNameOf),
      origin: ({ origin }) => origins.nameOf(origin),
      aisle: ({ aisle }) => aisles.requiredNameOf(aisle),
    },

    Recipe: {
      __resolveReference: ({ id }, { recipeById }) => recipeById.load(id),
      owner: ({ ownerId }) => stubOf(ownerId),
      sharing: ({ sharing }) => sharings.requiredNameOf(sharing),
      perServing: ({ perServing }) => promised(perServing),
      dietaryFlags: (recipe) => recipe.dietaryFlags.map(dietaryFlags.requiredNameOf),
      allergens: (recipe) => recipe.allergens.map(allergens.requiredNameOf),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
    },

    FoodPortion: {
      ingredient: ({ ingredientId }, _arguments, { ingredientById }) =>
        ingredientId === undefined ? null : ingredientById.load(ingredientId),
      recipe: ({ recipeId }, _arguments, { recipeById }) =>
        recipeId === undefined ? null : recipeById.load(recipeId),
      unit: ({ unit }) => units.requiredNameOf(unit),
    },

    Nutrients: { unknown: ({ unknown }) => unknown.map(nutrients.requiredNameOf) },

    // Costs of whole lists stay far below what a GraphQL Int holds.
    Money: { amountMinor: ({ amountMinor }) => Number(amountMinor) },
  };
}
