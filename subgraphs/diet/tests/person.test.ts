import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { Database } from '#platform/db/database.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import { createStore, type Store } from '../store/store.ts';
import { grams, planOf, recipeOf, servings, writeRecipe } from './portions.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let db: Database<PrismaClient>;
let store: Store;
let rice: string;

beforeAll(async () => {
  world = await startWorld();
  db = openDomainDatabase(world.network.database, 'diet', (adapter) => new PrismaClient({ adapter }));
  store = createStore({ db, now: Date.now, newId: uuidv7 });
  rice = await world.food({ name: 'Rice', energyCal: 365_000 });
});

afterAll(async () => {
  await db?.close();
  await world?.close();
});

/** Somebody who uses all of the domain, together with a client of theirs. */
async function settle(person: Person, client: Person) {
  const { ingredients, objectives, mealPlans, foodLog, shopping } = world.as(person);
  const perHundredGrams = { energyKcal: 300, proteinG: 0, carbohydrateG: 0, fatG: 0 };
  const draft = { name: 'Own mix', perHundredGrams, aisle: 'AISLE_OTHER' as const };
  const { ingredient } = await ingredients.createIngredient({ ...draft, idempotencyKey: uuidv7() });
  const mix = ingredient?.id ?? '';
  await ingredients.setIngredientPrice({
    ingredientId: rice,
    pricePerKg: { amountMinor: 1, currency: 'EUR' },
  });
  const hidden = await writeRecipe(world.as(person), recipeOf([grams(mix, 50)]));
  const shared = await writeRecipe(
    world.as(person),
    recipeOf([grams(rice, 50)], { sharing: 'RECIPE_SHARING_PUBLIC' }),
  );
  const theirs = await writeRecipe(
    world.as(client),
    recipeOf([grams(rice, 50)], { sharing: 'RECIPE_SHARING_PUBLIC' }),
  );
  await world.as(person).recipes.rateRecipe({ recipeId: theirs, stars: 3 });
  await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 1 }] });
  const override = { warningCodes: ['day-1:ENERGY:above', 'average:ENERGY:above'], reason: 'Because.' };
  const own = await mealPlans.createMealPlan({
    ...planOf([[servings(hidden, 1)]]),
    override,
    idempotencyKey: uuidv7(),
  });
  await world.grant(client, person, 'DIET');
  await objectives.setDietObjective({
    userId: client.id,
    targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 1 }],
  });
  const given = await mealPlans.createMealPlan({
    userId: client.id,
    ...planOf([[grams(mix, 100), servings(shared, 1)]]),
    override,
    idempotencyKey: uuidv7(),
  });
  const meal = 'MEAL_KIND_LUNCH' as const;
  await foodLog.logFoodEntry({ meal, portion: grams(rice, 100), idempotencyKey: uuidv7() });
  const days = { fromDay: '2026-11-02', toDay: '2026-11-02', servingsFactor: 1 };
  const list = async (owner: Person, mealPlanId: string) => {
    const request = { title: 'List', mealPlanId, ...days, idempotencyKey: uuidv7() };
    const { shoppingList } = await world.as(owner).shopping.createShoppingList(request);
    return { id: shoppingList?.id ?? '', shoppingItemId: shoppingList?.items[0]?.id ?? '' };
  };
  const ownList = await list(person, own.mealPlan?.id ?? '');
  const theirList = await list(client, given.mealPlan?.id ?? '');
  await shopping.shareShoppingList({ shoppingListId: ownList.id, userIds: [client.id] });
  await world.as(client).shopping.shareShoppingList({ shoppingListId: theirList.id, userIds: [person.id] });
  await shopping.tickShoppingItem({ shoppingItemId: theirList.shoppingItemId, ticked: true });
  return { mix, shared, planId: given.mealPlan?.id ?? '', ownList, theirList };
}

it('a person gets everything that the domain holds about them', async () => {
  const [person, client] = await Promise.all([world.signUp('Person', 'TRAINER'), world.signUp('Client')]);
  await settle(person, client);
  expect(await store.person.export(person.id)).toMatchObject({
    objective: { kind: 'CUSTOM' },
    mealPlans: [{ portions: [{}] }, { portions: [{}, {}] }],
    overrides: [{ reason: 'Because.' }, { reason: 'Because.' }],
    days: [{ entries: [{ meal: 'LUNCH' }] }],
    ingredients: [{ name: 'Own mix' }],
    prices: [{ currency: 'EUR' }],
    recipes: [{ lines: [{}] }, { lines: [{}] }],
    ratings: [{ stars: 3 }],
    shoppingLists: [{}, {}],
  });
});

it('a person who is erased leaves no trace but what others go on using, without their name', async () => {
  const [person, client] = await Promise.all([world.signUp('Person', 'TRAINER'), world.signUp('Client')]);
  const { mix, shared, planId, ownList, theirList } = await settle(person, client);
  await store.person.erase(person.id);
  const tables = await world.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'diet' AND table_type = 'BASE TABLE'
       AND table_name NOT SIMILAR TO '(events%|topics|log_%|consumer_positions|trainer_grants%|_prisma%)'`,
  );
  expect(tables.length).toBeGreaterThanOrEqual(15);
  for (const { name } of tables) {
    const traces = await world.sql(`SELECT FROM "${name}" t WHERE t::text LIKE '%' || $1 || '%'`, [
      person.id,
    ]);
    expect(traces, name).toEqual([]);
  }
  const { mealPlans, recipes, ingredients, shopping } = world.as(client);
  const { mealPlans: plans } = await mealPlans.batchGetMealPlans({ ids: [planId] });
  expect(plans[0]).toMatchObject({ days: [{ meals: [{ portions: [{}, {}] }] }] });
  const [recipe] = (await recipes.batchGetRecipes({ ids: [shared] })).recipes;
  expect([plans[0]?.authorId, recipe?.ownerId]).toEqual([undefined, undefined]);
  expect((await ingredients.batchGetIngredients({ ids: [mix] })).ingredients).toMatchObject([
    { name: 'Own mix' },
  ]);
  const stranger = await world.signUp('Stranger');
  expect((await world.as(stranger).ingredients.batchGetIngredients({ ids: [mix] })).ingredients).toEqual([]);
  const { shoppingLists } = await shopping.batchGetShoppingLists({ ids: [ownList.id, theirList.id] });
  expect(shoppingLists).toMatchObject([{ id: theirList.id, memberIds: [] }]);
  expect(await world.kindsOf(`diet.shopping-list.${ownList.id}`)).toContain('shopping-list-deleted');
});

it('erasing somebody twice changes nothing more', async () => {
  const [person, client] = await Promise.all([world.signUp('Person', 'TRAINER'), world.signUp('Client')]);
  const { theirList } = await settle(person, client);
  await store.person.erase(person.id);
  const log = await world.kindsOf(`diet.shopping-list.${theirList.id}`);
  await store.person.erase(person.id);
  expect(await world.kindsOf(`diet.shopping-list.${theirList.id}`)).toEqual(log);
});
