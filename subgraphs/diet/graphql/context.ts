import type DataLoader from 'dataloader';
import type { DietDay__Output } from '#gen/proto/fitme/diet/v1/DietDay.ts';
import type { FoodEntryPage__Output } from '#gen/proto/fitme/diet/v1/FoodEntryPage.ts';
import type { MealPlanPage__Output } from '#gen/proto/fitme/diet/v1/MealPlanPage.ts';
import type { IncomingCall } from '#platform/call.ts';
import { daysBetween } from '#platform/days.ts';
import {
  createLoader,
  createLoaders,
  createPageLoaders,
  inBatches,
  type PageLoaders,
} from '#platform/graphql/loader.ts';
import type { Viewer } from '#platform/viewer.ts';
import { maximumSummaries } from '../requests/food-log.ts';
import { maximumPeople } from '../requests/people.ts';
import { maximumRecipes } from '../requests/recipes.ts';
import type { Services } from '../rpc/service.ts';
import type {
  DietObjectiveModel,
  FoodEntryModel,
  IngredientModel,
  MealPlanModel,
  MealPlanOverrideModel,
  RecipeModel,
  ShoppingItemModel,
  ShoppingListModel,
} from './models.ts';

/** The services, bound to the request. */
type LocalServices = { [Name in keyof Services]: ReturnType<Services[Name]['local']> };

/** What resolvers work with during one request. */
export interface Context extends LocalServices {
  viewer: Viewer | null;
  ingredientById: DataLoader<string, IngredientModel | null>;
  recipeById: DataLoader<string, RecipeModel | null>;
  mealPlanById: DataLoader<string, MealPlanModel | null>;
  mealPlanOverrideById: DataLoader<string, MealPlanOverrideModel | null>;
  foodEntryById: DataLoader<string, FoodEntryModel | null>;
  shoppingListById: DataLoader<string, ShoppingListModel | null>;
  shoppingItemById: DataLoader<string, ShoppingItemModel | null>;
  /** By person. */
  objectiveOf: DataLoader<string, DietObjectiveModel | null>;
  /** By person. */
  openMealPlanOverrideCountOf: DataLoader<string, number | null>;
  mealPlansOf: PageLoaders<MealPlanPage__Output>;
  foodEntriesOf: PageLoaders<FoodEntryPage__Output, DaySpan>;
  dietDaysOf(days: { fromDay: string; toDay: string }): DataLoader<string, DietDay__Output[] | null>;
}

/** Days as the services take them: ISO 8601, null or left out where there is no bound. */
interface DaySpan {
  fromDay: string | null | undefined;
  toDay: string | null | undefined;
}

export function createContext(services: Services, call: IncomingCall, viewer: Viewer | null): Context {
  const local = Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, service.local(call)]),
  ) as LocalServices;
  const { ingredients, recipes, objectives, mealPlans, mealPlanOverrides, foodLog, shopping } = local;
  return {
    ...local,
    viewer,
    ingredientById: createLoader(async (ids) =>
      byId((await ingredients.batchGetIngredients({ ids })).ingredients),
    ),
    recipeById: createLoader(
      inBatches(maximumRecipes, async (ids) => byId((await recipes.batchGetRecipes({ ids })).recipes)),
    ),
    mealPlanById: createLoader(
      inBatches(maximumPeople, async (ids) => byId((await mealPlans.batchGetMealPlans({ ids })).mealPlans)),
    ),
    mealPlanOverrideById: createLoader(async (ids) =>
      byId((await mealPlanOverrides.batchGetMealPlanOverrides({ ids })).mealPlanOverrides),
    ),
    foodEntryById: createLoader(async (ids) =>
      byId((await foodLog.batchGetFoodEntries({ ids })).foodEntries),
    ),
    shoppingListById: createLoader(
      inBatches(maximumPeople, async (ids) =>
        byId((await shopping.batchGetShoppingLists({ ids })).shoppingLists),
      ),
    ),
    shoppingItemById: createLoader(async (ids) =>
      byId((await shopping.batchGetShoppingItems({ ids })).shoppingItems),
    ),
    objectiveOf: createLoader(async (userIds) => {
      const found = await objectives.batchGetDietObjectives({ userIds });
      return found.dietObjectives.map((objective) => [objective.userId, objective]);
    }),
    openMealPlanOverrideCountOf: createLoader(async (userIds) => {
      const { counts } = await mealPlanOverrides.batchCountOpenMealPlanOverrides({ userIds });
      return counts.map(({ userId, count }) => [userId, count]);
    }),
    mealPlansOf: createPageLoaders(
      'userId',
      (userIds, page) => mealPlans.batchListMealPlans({ userIds, page }),
      () => maximumPeople,
    ),
    foodEntriesOf: createPageLoaders(
      'userId',
      (userIds, page, days: DaySpan) => foodLog.batchListFoodEntries({ userIds, ...days, page }),
      () => maximumPeople,
    ),
    dietDaysOf: createLoaders(({ fromDay, toDay }: { fromDay: string; toDay: string }) => {
      const days = Math.max(1, daysBetween(fromDay, toDay) + 1) || 1;
      const most = Math.max(1, Math.min(maximumPeople, Math.floor(maximumSummaries / days)));
      return inBatches(most, async (userIds) => {
        const found = await foodLog.batchGetDietDays({ userIds, fromDay, toDay });
        return [...Map.groupBy(found.dietDays, ({ userId }) => userId)];
      });
    }),
  };
}

function byId<Thing extends { id: string }>(things: readonly Thing[]): [string, Thing][] {
  return things.map((thing) => [thing.id, thing]);
}
