import type DataLoader from 'dataloader';
import type { DietDay__Output } from '#gen/proto/fitme/diet/v1/DietDay.ts';
import type { FoodEntryPage__Output } from '#gen/proto/fitme/diet/v1/FoodEntryPage.ts';
import type { MealPlanPage__Output } from '#gen/proto/fitme/diet/v1/MealPlanPage.ts';
import type { IncomingCall } from '#platform/call.ts';
import { daysBetween } from '#platform/days.ts';
import { type ConnectionArguments, pageRequestOf } from '#platform/graphql/connections.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { Viewer } from '#platform/viewer.ts';
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
import { maximumSummaries } from './requests/food-log.ts';
import { maximumPeople } from './requests/people.ts';
import { maximumRecipes } from './requests/recipes.ts';
import type { Services } from './service.ts';

/** The services, bound to the request. */
type LocalServices = { [Name in keyof Services]: ReturnType<Services[Name]['local']> };

/** Loaders of what many fields ask for with the same arguments: one loader for each of these. */
type LoadersBy<Arguments, Value> = (values: Arguments) => DataLoader<string, Value | null>;

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
  mealPlansOf: LoadersBy<ConnectionArguments, MealPlanPage__Output>;
  foodEntriesOf: LoadersBy<ConnectionArguments & DaySpan, FoodEntryPage__Output>;
  dietDaysOf: LoadersBy<{ fromDay: string; toDay: string }, DietDay__Output[]>;
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
    recipeById: createLoader((ids) =>
      inBatches(ids, maximumRecipes, async (some) =>
        byId((await recipes.batchGetRecipes({ ids: some })).recipes),
      ),
    ),
    mealPlanById: createLoader((ids) =>
      inBatches(ids, maximumPeople, async (some) =>
        byId((await mealPlans.batchGetMealPlans({ ids: some })).mealPlans),
      ),
    ),
    mealPlanOverrideById: createLoader(async (ids) =>
      byId((await mealPlanOverrides.batchGetMealPlanOverrides({ ids })).mealPlanOverrides),
    ),
    foodEntryById: createLoader(async (ids) =>
      byId((await foodLog.batchGetFoodEntries({ ids })).foodEntries),
    ),
    shoppingListById: createLoader((ids) =>
      inBatches(ids, maximumPeople, async (some) =>
        byId((await shopping.batchGetShoppingLists({ ids: some })).shoppingLists),
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
    mealPlansOf: loadersBy(
      (window) => (ids) =>
        inBatches(ids, maximumPeople, async (userIds) => {
          const { pages } = await mealPlans.batchListMealPlans({ userIds, page: pageRequestOf(window) });
          return pages.map((page) => [page.userId, page]);
        }),
    ),
    foodEntriesOf: loadersBy(
      ({ fromDay, toDay, ...window }) =>
        (ids) =>
          inBatches(ids, maximumPeople, async (userIds) => {
            const request = { userIds, fromDay, toDay, page: pageRequestOf(window) };
            const { pages } = await foodLog.batchListFoodEntries(request);
            return pages.map((page) => [page.userId, page]);
          }),
    ),
    dietDaysOf: loadersBy(({ fromDay, toDay }) => (ids) => {
      const days = Math.max(1, daysBetween(fromDay, toDay) + 1) || 1;
      const most = Math.max(1, Math.min(maximumPeople, Math.floor(maximumSummaries / days)));
      return inBatches(ids, most, async (userIds) => {
        const found = await foodLog.batchGetDietDays({ userIds, fromDay, toDay });
        return [...Map.groupBy(found.dietDays, ({ userId }) => userId)];
      });
    }),
  };
}

function byId<Thing extends { id: string }>(things: readonly Thing[]): [string, Thing][] {
  return things.map((thing) => [thing.id, thing]);
}

/** Calls of at most that many ids each, side by side. */
async function inBatches<Value>(
  ids: readonly string[],
  most: number,
  read: (ids: string[]) => Promise<[string, Value][]>,
): Promise<[string, Value][]> {
  const count = Math.ceil(ids.length / most);
  const batches = Array.from({ length: count }, (_, index) => ids.slice(index * most, (index + 1) * most));
  return (await Promise.all(batches.map(read))).flat();
}

/** One loader for each set of arguments: the same field of a list's items always has the same. */
function loadersBy<Arguments, Value>(
  readWith: (values: Arguments) => (ids: string[]) => Promise<[string, Value][]>,
): LoadersBy<Arguments, Value> {
  const loaders = new Map<string, DataLoader<string, Value | null>>();
  return (values) => {
    const key = JSON.stringify(values);
    const loader = loaders.get(key) ?? createLoader(readWith(values));
    loaders.set(key, loader);
    return loader;
  };
}
