import type { MutationResolvers } from '#gen/graphql/diet.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import {
  activityLevels,
  bodySexes,
  mealKinds,
  nutrients,
  objectiveKinds,
  sharings,
} from '../rpc/present/enums.ts';
import type { Context } from './context.ts';
import { daysRequest, ingredientChanges, ingredientRequest, portionRequest } from './inputs.ts';

export function createMutations(): Required<MutationResolvers<Context>> {
  return {
    async createIngredient(_parent, { input }, { ingredients }) {
      const request = ingredientRequest(input);
      return { ingredient: promised((await ingredients.createIngredient(request)).ingredient) };
    },
    async updateIngredient(_parent, { input }, { ingredients }) {
      const request = ingredientChanges(input);
      return { ingredient: promised((await ingredients.updateIngredient(request)).ingredient) };
    },
    async setIngredientPrice(_parent, { input }, { ingredients }) {
      return { ingredient: promised((await ingredients.setIngredientPrice(input)).ingredient) };
    },
    async createRecipe(_parent, { input }, { recipes }) {
      const portions = input.portions.map(portionRequest);
      const request = { ...input, portions, sharing: sharings.valueOf(input.sharing) };
      return { recipe: promised((await recipes.createRecipe(request)).recipe) };
    },
    async updateRecipe(_parent, { input }, { recipes }) {
      const { recipeId, expectedVersion, ...changes } = input;
      const portions = (changes.portions ?? []).map(portionRequest);
      const request = { ...changesOf(changes), portions, sharing: sharings.valueOf(changes.sharing) };
      const { recipe } = await recipes.updateRecipe({ recipeId, expectedVersion, ...request });
      return { recipe: promised(recipe) };
    },
    deleteRecipe: (_parent, { input }, { recipes }) => recipes.deleteRecipe(input),
    async rateRecipe(_parent, { input }, { recipes }) {
      return { recipe: promised((await recipes.rateRecipe(input)).recipe) };
    },
    async computeDietObjective(_parent, { input }, { objectives }) {
      const { dietObjective } = await objectives.computeDietObjective({
        ...input,
        kind: objectiveKinds.valueOf(input.kind),
        sex: bodySexes.valueOf(input.sex),
        activityLevel: activityLevels.valueOf(input.activityLevel),
      });
      return { dietObjective: promised(dietObjective) };
    },
    async setDietObjective(_parent, { input }, { objectives }) {
      const targets = input.targets.map((target) => ({
        ...target,
        nutrient: nutrients.valueOf(target.nutrient),
      }));
      const { dietObjective } = await objectives.setDietObjective({ ...input, targets });
      return { dietObjective: promised(dietObjective) };
    },
    async createMealPlan(_parent, { input }, { mealPlans }) {
      const { mealPlan, mealPlanOverride } = await mealPlans.createMealPlan({
        ...input,
        startsOn: dayIn(input.startsOn),
        days: daysRequest(input.days),
      });
      return { mealPlan: promised(mealPlan), mealPlanOverride };
    },
    async updateMealPlan(_parent, { input }, { mealPlans }) {
      const { mealPlanId, expectedVersion, override, ...changes } = input;
      const { mealPlan, mealPlanOverride } = await mealPlans.updateMealPlan({
        mealPlanId,
        expectedVersion,
        ...changesOf(changes),
        startsOn: dayIn(changes.startsOn),
        days: daysRequest(changes.days ?? []),
        override,
      });
      return { mealPlan: promised(mealPlan), mealPlanOverride };
    },
    async assignMealPlan(_parent, { input }, { mealPlans }) {
      const request = { ...input, startsOn: dayIn(input.startsOn) };
      const { mealPlan, mealPlanOverride } = await mealPlans.assignMealPlan(request);
      return { mealPlan: promised(mealPlan), mealPlanOverride };
    },
    deleteMealPlan: (_parent, { input }, { mealPlans }) => mealPlans.deleteMealPlan(input),
    async reviewMealPlanOverride(_parent, { input }, { mealPlanOverrides }) {
      const { mealPlanOverride } = await mealPlanOverrides.reviewMealPlanOverride(input);
      return { mealPlanOverride: promised(mealPlanOverride) };
    },
    async logFoodEntry(_parent, { input }, { foodLog }) {
      const { foodEntry } = await foodLog.logFoodEntry({
        ...input,
        day: dayIn(input.day),
        meal: mealKinds.valueOf(input.meal),
        portion: portionRequest(input.portion),
      });
      return { foodEntry: promised(foodEntry) };
    },
    deleteFoodEntry: (_parent, { input }, { foodLog }) => foodLog.deleteFoodEntry(input),
    async closeDietDay(_parent, { input }, { foodLog }) {
      const { dietDay } = await foodLog.closeDietDay({ day: dayIn(input.day) });
      return { dietDay: promised(dietDay) };
    },
    async createShoppingList(_parent, { input }, { shopping }) {
      const days = { fromDay: dayIn(input.fromDay), toDay: dayIn(input.toDay) };
      const { shoppingList } = await shopping.createShoppingList({ ...input, ...days });
      return { shoppingList: promised(shoppingList) };
    },
    async shareShoppingList(_parent, { input }, { shopping }) {
      return { shoppingList: promised((await shopping.shareShoppingList(input)).shoppingList) };
    },
    unshareShoppingList: (_parent, { input }, { shopping }) => shopping.unshareShoppingList(input),
    async tickShoppingItem(_parent, { input }, { shopping, shoppingListById }) {
      const { shoppingItem, shoppingListId } = await shopping.tickShoppingItem(input);
      return {
        shoppingItem: promised(shoppingItem),
        shoppingList: promised(await shoppingListById.load(shoppingListId)),
      };
    },
    deleteShoppingList: (_parent, { input }, { shopping }) => shopping.deleteShoppingList(input),
  };
}
