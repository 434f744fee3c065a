import type { QueryResolvers } from '#gen/graphql/diet.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { overrideStates } from '../rpc/present/enums.ts';
import type { Context } from './context.ts';
import { daysRequest } from './inputs.ts';

export function createQueries(): Required<QueryResolvers<Context>> {
  return {
    ingredient: (_parent, { id }, { ingredientById }) => ingredientById.load(id),
    async searchIngredients(_parent, { text, ownOnly, ...window }, { ingredients }) {
      const page = await ingredients.searchIngredients({ text, ownOnly, page: pageRequestOf(window) });
      return connectionOf(page, ({ ingredient }) => ({ node: promised(ingredient) }));
    },
    recipe: (_parent, { id }, { recipeById }) => recipeById.load(id),
    async searchRecipes(_parent, { text, tag, ownOnly, ...window }, { recipes }) {
      const page = await recipes.searchRecipes({ text, tag, ownOnly, page: pageRequestOf(window) });
      return connectionOf(page, ({ recipe }) => ({ node: promised(recipe) }));
    },
    mealPlan: (_parent, { id }, { mealPlanById }) => mealPlanById.load(id),
    async checkMealPlan(_parent, { input }, { mealPlans }) {
      const { mealPlanCheck } = await mealPlans.checkMealPlan({
        ...input,
        startsOn: dayIn(input.startsOn),
        days: daysRequest(input.days),
      });
      return promised(mealPlanCheck);
    },
    mealPlanOverride: (_parent, { id }, { mealPlanOverrideById }) => mealPlanOverrideById.load(id),
    async mealPlanOverrides(_parent, { userId, state, ...window }, services) {
      const page = await services.mealPlanOverrides.listMealPlanOverrides({
        userId,
        state: overrideStates.valueOf(state),
        page: pageRequestOf(window),
      });
      return connectionOf(page, ({ mealPlanOverride }) => ({ node: promised(mealPlanOverride) }));
    },
    foodEntry: (_parent, { id }, { foodEntryById }) => foodEntryById.load(id),
    shoppingList: (_parent, { id }, { shoppingListById }) => shoppingListById.load(id),
    shoppingItem: (_parent, { id }, { shoppingItemById }) => shoppingItemById.load(id),
  };
}
