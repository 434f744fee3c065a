import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { masked } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, planOf, recipeOf } from './portions.ts';
import { type DietClient, type DoorName, doorNames, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

type Answers = Record<string, unknown[]>;

/** The services, noting what each method answers. */
function noting(client: DietClient, answers: Answers): DietClient {
  const services = Object.entries(client).map(([name, service]) => [
    name,
    new Proxy(service as Record<string, (request: object) => Promise<unknown>>, {
      get: (methods, method: string) => async (request: object) => {
        const answer = await methods[method]?.(request);
        answers[method] ??= [];
        answers[method].push(answer);
        return answer;
      },
    }),
  ]);
  return Object.fromEntries(services);
}

/** A life with food, each method at least once: what it answered, by the method's name. */
async function liveThrough(door: DoorName): Promise<Answers> {
  const answers: Answers = {};
  const [ada, grace, admin] = await Promise.all([
    world.signUp('Ada'),
    world.signUp('Grace'),
    world.signUp('Admin', 'ADMIN'),
  ]);
  const client = noting(world.as(ada, door), answers);
  const other = noting(world.as(grace, door), answers);
  const reviewer = noting(world.as(admin, door), answers);
  const { ingredients, recipes, objectives, mealPlans, mealPlanOverrides, foodLog, shopping } = client;

  const ingredient = {
    name: 'Rice pudding base',
    perHundredGrams: { energyKcal: 365.5, proteinG: 0, carbohydrateG: 79.95, fatG: 0, saltG: 0.1 },
    aisle: 'AISLE_OTHER' as const,
    pieceG: 120,
  };
  const created = await ingredients.createIngredient({ ...ingredient, idempotencyKey: 'food' });
  const ingredientId = created.ingredient?.id ?? '';
  await ingredients.updateIngredient({
    ingredientId,
    perHundredGrams: { saltG: 0 },
    updateMask: { paths: ['per_hundred_grams.salt_g', 'allergens', 'allergens_known'] },
    expectedVersion: 1,
    allergensKnown: true,
  });
  await ingredients.setIngredientPrice({ ingredientId, pricePerKg: { amountMinor: 250, currency: 'CHF' } });
  await ingredients.searchIngredients({ text: 'pudding', ownOnly: true });
  await ingredients.batchGetIngredients({ ids: [ingredientId, uuidv7()] });

  const recipe = recipeOf([grams(ingredientId, 250)], { sharing: 'RECIPE_SHARING_PUBLIC', tags: ['sweet'] });
  const written = await recipes.createRecipe({ ...recipe, idempotencyKey: 'recipe' });
  const recipeId = written.recipe?.id ?? '';
  await recipes.updateRecipe({ recipeId, steps: ['Stir.'], expectedVersion: 1 });
  await other.recipes.rateRecipe({ recipeId, stars: 4 });
  await recipes.searchRecipes({ ownOnly: true, page: { first: 5 } });
  await recipes.batchGetRecipes({ ids: [recipeId, uuidv7()] });

  await objectives.computeDietObjective({
    kind: 'DIET_OBJECTIVE_KIND_MAINTAIN',
    sex: 'BODY_SEX_MALE',
    ageYears: 40,
    heightCm: 180.5,
    weightKg: 80.25,
    activityLevel: 'ACTIVITY_LEVEL_LIGHT',
  });
  await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 500 }] });
  await objectives.batchGetDietObjectives({ userIds: [ada.id, grace.id] });

  const mealPlan = planOf([[grams(ingredientId, 200)]]);
  const { mealPlanCheck } = await mealPlans.checkMealPlan(mealPlan);
  const override = {
    warningCodes: mealPlanCheck?.warnings.map(({ code }) => code) ?? [],
    reason: 'A feast.',
  };
  const saved = await mealPlans.createMealPlan({ ...mealPlan, override, idempotencyKey: 'plan' });
  const mealPlanId = saved.mealPlan?.id ?? '';
  await mealPlans.updateMealPlan({ mealPlanId, title: 'A feast', override, expectedVersion: 1 });
  const copy = { mealPlanId, clientId: ada.id, startsOn: '2026-12-01', override, idempotencyKey: 'copy' };
  const assigned = await mealPlans.assignMealPlan(copy);
  await mealPlans.batchListMealPlans({ userIds: [ada.id, grace.id] });
  await mealPlans.batchGetMealPlans({ ids: [mealPlanId, uuidv7()] });
  await mealPlanOverrides.listMealPlanOverrides({ page: { first: 2 } });
  await mealPlanOverrides.batchCountOpenMealPlanOverrides({ userIds: [ada.id, grace.id] });
  const mealPlanOverrideId = assigned.mealPlanOverride?.id ?? '';
  await reviewer.mealPlanOverrides.reviewMealPlanOverride({ mealPlanOverrideId, note: 'Enjoy.' });
  await reviewer.mealPlanOverrides.listMealPlanOverrides({
    userId: ada.id,
    state: 'MEAL_PLAN_OVERRIDE_STATE_REVIEWED',
  });
  await mealPlanOverrides.batchGetMealPlanOverrides({ ids: [mealPlanOverrideId] });

  const portion = { recipeId, amount: 0.5, unit: 'FOOD_UNIT_SERVING' as const };
  const meal = 'MEAL_KIND_BREAKFAST' as const;
  const { foodEntry } = await foodLog.logFoodEntry({ meal, portion, idempotencyKey: 'breakfast' });
  const day = foodEntry?.day ?? '';
  const second = await foodLog.logFoodEntry({ day, meal, portion, idempotencyKey: 'more' });
  await foodLog.deleteFoodEntry({ foodEntryId: second.foodEntry?.id ?? '' });
  await foodLog.batchListFoodEntries({ userIds: [ada.id], fromDay: day });
  await foodLog.batchGetFoodEntries({ ids: [foodEntry?.id ?? ''] });
  await foodLog.closeDietDay({ day });
  await foodLog.batchGetDietDays({ userIds: [ada.id], fromDay: day, toDay: day });

  const days = { fromDay: '2026-11-02', toDay: '2026-11-02', servingsFactor: 1.5 };
  const asked = { title: 'For Monday', mealPlanId, ...days, idempotencyKey: 'list' };
  const { shoppingList } = await shopping.createShoppingList(asked);
  const shoppingListId = shoppingList?.id ?? '';
  const shoppingItemId = shoppingList?.items[0]?.id ?? '';
  await shopping.shareShoppingList({ shoppingListId, userIds: [grace.id] });
  await other.shopping.tickShoppingItem({ shoppingItemId, ticked: true });
  await shopping.listShoppingLists({});
  await shopping.batchGetShoppingLists({ ids: [shoppingListId] });
  await shopping.batchGetShoppingItems({ ids: [shoppingItemId] });
  await shopping.unshareShoppingList({ shoppingListId, userId: grace.id });
  await shopping.deleteShoppingList({ shoppingListId });
  await mealPlans.deleteMealPlan({ mealPlanId });
  await recipes.deleteRecipe({ recipeId });
  return answers;
}

it('answers the same through both doors, whatever is asked', async () => {
  const [grpc = {}, graphql = {}] = await Promise.all(doorNames.map(liveThrough));
  expect(Object.keys(grpc)).toHaveLength(39);
  expect(masked(graphql)).toEqual(masked(grpc));
  // Not two empty answers.
  expect(grpc).toMatchObject({
    batchGetIngredients: [{ ingredients: [{ pricePerKg: { amountMinor: '250' }, version: 2, pieceG: 120 }] }],
    batchGetRecipes: [{ recipes: [{ perServing: { energyKcal: 456.875 }, averageStars: 4 }] }],
    assignMealPlan: [{ mealPlan: { startsOn: '2026-12-01' }, mealPlanOverride: { reason: 'A feast.' } }],
    batchCountOpenMealPlanOverrides: [{ counts: [{ count: 3 }] }],
    closeDietDay: [{ dietDay: { entryCount: 1, withinTarget: true, total: { energyKcal: 228.438 } } }],
    batchGetShoppingLists: [
      { shoppingLists: [{ items: [{ amountG: 300, pieces: 3, cost: { amountMinor: '75' } }] }] },
    ],
  });
});

it.each(doorNames)('lets in no one without the scope (%s)', async (door) => {
  const ada = await world.signUp('Ada');
  const service = world.as({ id: ada.id, token: await world.network.serviceToken() }, door);
  expect(await refusalOf(service.recipes.searchRecipes({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
  const nobody = world.as({ id: ada.id, token: 'none' }, door);
  expect(await refusalOf(nobody.recipes.searchRecipes({}))).toMatchObject({ code: 'UNAUTHENTICATED' });
});
