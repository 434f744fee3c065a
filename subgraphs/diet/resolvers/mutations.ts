import type { MutationResolvers } from '#gen/graphql/diet.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { dayIn } from '#platform/graphql/days.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import type { Context } from '../context.ts';
import {
  activityLevels,
  bodySexes,
  mealKinds,
  nutrients,
  objectiveKinds,
  sharings,
} from '../present/enums.ts';
import {
  daysRequest,
  ingredientChanges,
  ingredientRequest,
  overrideRequest,
  portionRequest,
} from './inputs.ts';

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
      const request = { ...input, pricePerKg: input.pricePerKg ?? null };
      return { ingredient: promised((await ingredients.setIngredientPrice(request)).ingredient) };
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
    async computeObjective(_parent, { input }, { objectives }) {
      const { objective } = await objectives.computeObjective({
        ...input,
        userId: input.userId ?? '',
        kind: objectiveKinds.valueOf(input.kind),
        sex: bodySexes.valueOf(input.sex),
        activityLevel: activityLevels.valueOf(input.activityLevel),
      });
      return { objective: promised(objective) };
    },
    async setObjective(_parent, { input }, { objectives }) {
      const { objective } = await objectives.setObjective({
        userId: input.userId ?? '',
        targets: input.targets.map(({ nutrient, min, max }) => ({
          nutrient: nutrients.valueOf(nutrient),
          min: min ?? 0,
          max: max ?? 0,
        })),
      });
      return { objective: promised(objective) };
    },
    async createMealPlan(_parent, { input }, { mealPlans }) {
      const { mealPlan, override } = await mealPlans.createMealPlan({
        ...input,
        userId: input.userId ?? '',
        startsOn: dayIn(input.startsOn),
        days: daysRequest(input.days),
        override: overrideRequest(input.override),
      });
      return { mealPlan: promised(mealPlan), override };
    },
    async updateMealPlan(_parent, { input }, { mealPlans }) {
      const { mealPlanId, expectedVersion, override: said, ...changes } = input;
      const { mealPlan, override } = await mealPlans.updateMealPlan({
        mealPlanId,
        expectedVersion,
        ...changesOf(changes),
        startsOn: dayIn(changes.startsOn),
        days: daysRequest(changes.days ?? []),
        override: overrideRequest(said),
      });
      return { mealPlan: promised(mealPlan), override };
    },
    async assignMealPlan(_parent, { input }, { mealPlans }) {
      const { mealPlan, override } = await mealPlans.assignMealPlan({
        ...input,
        startsOn: dayIn(input.startsOn),
        override: overrideRequest(input.override),
      });
      return { mealPlan: promised(mealPlan), override };
    },
    deleteMealPlan: (_parent, { input }, { mealPlans }) => mealPlans.deleteMealPlan(input),
    async reviewPlanOverride(_parent, { input }, { planOverrides }) {
      return { override: promised((await planOverrides.reviewPlanOverride(input)).override) };
    },
    async logFood(_parent, { input }, { foodLog }) {
      const { entry } = await foodLog.logFood({
        day: dayIn(input.day),
        meal: mealKinds.valueOf(input.meal),
        portion: portionRequest(input.portion),
        idempotencyKey: input.idempotencyKey,
      });
      return { entry: promised(entry) };
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
      const { item, shoppingListId } = await shopping.tickShoppingItem(input);
      return {
        item: promised(item),
        shoppingList: promised(await shoppingListById.load(shoppingListId)),
      };
    },
    deleteShoppingList: (_parent, { input }, { shopping }) => shopping.deleteShoppingList(input),
  };
}
