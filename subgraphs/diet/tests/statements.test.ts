import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { grams, planOf, recipeOf, servings, writeRecipe } from './portions.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let count: StatementCount;
let ada: Person;
let rice: string;

beforeAll(async () => {
  world = await startWorld();
  count = await openStatementCount(world.network.database.adminUrl);
  ada = await world.signUp('Ada');
  rice = await world.food({ name: 'Rice', energyCal: 365_000, proteinMg: 7_130 });
});

afterAll(async () => {
  await count?.close();
  await world?.close();
});

async function ask<Data>(person: Person, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await world.network.graphql<Data>('diet', query, {
    variables,
    token: person.token,
  });
  expect(errors).toBeUndefined();
  return data as Data;
}

/** How many statements a query runs; grants that are kept meanwhile do not count. */
async function costOf(person: Person, query: string, variables: object = {}): Promise<number> {
  const statements = await count.during(() => ask(person, query, variables));
  return statements
    .filter(({ query: text }) => !/trainer_grants_freshness\s+SET|insert into trainer_grants/i.test(text))
    .reduce((sum, { calls }) => sum + calls, 0);
}

describe('a list runs as many statements for one as for many', () => {
  it('of recipes, with what is in them', async () => {
    const cook = await world.signUp('Cook');
    const base = await writeRecipe(world.as(cook), recipeOf([grams(rice, 100)]));
    const query = `{ searchRecipes(first: 50, ownOnly: true) { nodes { title perServing { energyKcal } dietaryFlags
      portions { ingredient { name } recipe { title } } } } }`;
    const one = await costOf(cook, query);
    for (let turn = 0; turn < 8; turn++) {
      await writeRecipe(world.as(cook), recipeOf([grams(rice, 10), servings(base, 1)]));
    }
    // Recipes, their lines unfolded, their foods; the foods and recipes that portions name, and these unfolded.
    expect([one, await costOf(cook, query)]).toEqual([4, 7]);
    for (let turn = 0; turn < 8; turn++) {
      await writeRecipe(world.as(cook), recipeOf([grams(rice, 10), servings(base, 1)]));
    }
    expect(await costOf(cook, query)).toBe(7);
  });

  it('of foods', async () => {
    const query = '{ searchIngredients(first: 100) { nodes { name pricePerKg { amountMinor } } } }';
    expect(await costOf(ada, query)).toBe(1);
  });

  it('of clients with their plans, days, entries, objectives and overrides', async () => {
    const trainer = await world.signUp('Trainer', 'TRAINER');
    const clients = await Promise.all(
      Array.from({ length: 6 }, (_, index) => world.signUp(`Client ${index}`)),
    );
    for (const client of clients) {
      await world.grant(client, trainer, 'DIET');
      const asClient = world.as(client);
      await asClient.objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 5_000 }] });
      const mealPlan = planOf([[grams(rice, 100)], [grams(rice, 100)]]);
      await asClient.mealPlans.createMealPlan({ ...mealPlan, idempotencyKey: uuidv7() });
      const meal = 'MEAL_KIND_LUNCH' as const;
      await asClient.foodLog.logFoodEntry({ meal, portion: grams(rice, 1), idempotencyKey: uuidv7() });
    }
    const query = `query ($people: [_Any!]!) { _entities(representations: $people) { ... on User {
      dietObjective { kind } openMealPlanOverrideCount
      mealPlans(first: 3) { nodes { days { meals { portions { ingredient { name } } } } } }
      foodEntries(first: 5) { nodes { portion { ingredient { name } } } }
      dietDays(fromDay: "2026-11-01", toDay: "2026-11-07") { withinTarget } } } }`;
    const people = clients.map(({ id }) => ({ __typename: 'User', id }));
    const one = await costOf(trainer, query, { people: people.slice(0, 1) });
    const { _entities } = await ask<{ _entities: { dietDays: unknown[] }[] }>(trainer, query, { people });
    expect(_entities.map(({ dietDays }) => dietDays.length)).toEqual([7, 7, 7, 7, 7, 7]);
    expect(await costOf(trainer, query, { people })).toBe(one);
    // Five questions, each with one of the grants; the days ask three; the foods of plans and entries once each.
    expect(one).toBeLessThanOrEqual(14);
  });

  it('of shopping lists, with their items', async () => {
    const owner = await world.signUp('Shopper');
    const { shopping, mealPlans } = world.as(owner);
    const { mealPlan } = await mealPlans.createMealPlan({
      ...planOf([[grams(rice, 100)]]),
      idempotencyKey: uuidv7(),
    });
    const days = { fromDay: '2026-11-02', toDay: '2026-11-02', servingsFactor: 1 };
    const make = () =>
      shopping.createShoppingList({
        title: 'One',
        mealPlanId: mealPlan?.id ?? '',
        ...days,
        idempotencyKey: uuidv7(),
      });
    const query = `query ($people: [_Any!]!) { _entities(representations: $people) { ... on Viewer { shoppingLists {
      nodes { title mealPlan { title } items { name ingredient { name } } } } } } }`;
    const people = [{ __typename: 'Viewer', id: owner.id }];
    await make();
    const one = await costOf(owner, query, { people });
    for (let turn = 0; turn < 4; turn++) await make();
    expect([one, await costOf(owner, query, { people })]).toEqual([3, 3]);
  });

  it('of overrides', async () => {
    const admin = await world.signUp('Admin', 'ADMIN');
    const person = await world.signUp('Overrider');
    const { objectives, mealPlans } = world.as(person);
    await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 1 }] });
    const override = { warningCodes: ['day-1:ENERGY:above', 'average:ENERGY:above'], reason: 'So be it.' };
    const save = () =>
      mealPlans.createMealPlan({ ...planOf([[grams(rice, 1)]]), override, idempotencyKey: uuidv7() });
    const query = `query ($id: ID) { mealPlanOverrides(userId: $id, state: OPEN) { nodes { reason warnings { code day
      difference } actor { id } reviewer { id } } } }`;
    await save();
    const one = await costOf(admin, query, { id: person.id });
    for (let turn = 0; turn < 4; turn++) await save();
    expect([one, await costOf(admin, query, { id: person.id })]).toEqual([1, 1]);
  });
});
