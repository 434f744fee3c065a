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

const NUTRIENTS = 'energyKcal proteinG carbohydrateG sugarG fatG saturatedFatG fibreG saltG unknown';

it('shows foods and recipes as the public contract says', async () => {
  const created = await ask<{ createRecipe: { recipe: { id: string } } }>(
    ada,
    `mutation ($rice: ID!) {
      createIngredient(input: { name: "Salted rice", allergens: [], perHundredGrams:
        { energyKcal: 360, proteinG: 7, carbohydrateG: 79, fatG: 0.6, saltG: 1 }, idempotencyKey: "a" })
        { ingredient { owner { id } origin aisle densityGPerMl source sourceId perHundredGrams { ${NUTRIENTS} } } }
      createRecipe(input: { title: "Rice", servings: 2, tags: ["plain"], portions:
        [{ ingredientId: $rice, amount: 150, unit: G }], idempotencyKey: "b" }) { recipe { id } }
    }`,
    { rice },
  );
  expect(created).toMatchObject({
    createIngredient: {
      ingredient: {
        owner: { id: ada.id },
        origin: null,
        aisle: 'OTHER',
        densityGPerMl: null,
        source: 'PERSON',
        sourceId: null,
        perHundredGrams: {
          energyKcal: 360,
          saltG: 1,
          sugarG: 0,
          unknown: ['SUGAR', 'SATURATED_FAT', 'FIBRE'],
        },
      },
    },
  });
  const { recipe } = await ask<{ recipe: object }>(
    ada,
    `query ($id: ID!) { recipe(id: $id) { title sharing myStars averageStars ratingCount servingG steps
      portions { amount unit recipe { id } ingredient { name } } perServing { ${NUTRIENTS} } dietaryFlags allergens } }`,
    { id: created.createRecipe.recipe.id },
  );
  expect(recipe).toMatchObject({
    title: 'Rice',
    sharing: 'PRIVATE',
    myStars: null,
    averageStars: null,
    servingG: 75,
    portions: [{ amount: 150, unit: 'G', recipe: null, ingredient: { name: 'Rice' } }],
    perServing: { energyKcal: 273.75 },
    dietaryFlags: expect.arrayContaining(['VEGAN']),
  });
});

it('shows a person their plans, days and lists, and nobody else', async () => {
  const grace = await world.signUp('Grace');
  const { mealPlan } = await world
    .as(ada)
    .mealPlans.createMealPlan({ ...planOf([[grams(rice, 100)]]), idempotencyKey: uuidv7() });
  await world.as(ada).foodLog.logFood({
    meal: 'MEAL_KIND_SNACK',
    portion: grams(rice, 10),
    idempotencyKey: uuidv7(),
  });
  const query = `query ($people: [_Any!]!, $day: Date!) { _entities(representations: $people) { ... on User {
    id dietObjective { kind } openPlanOverrideCount
    mealPlans { nodes { id days { day meals { kind portions { amount } } } } }
    foodEntries { nodes { meal nutrients { energyKcal } } }
    dietDays(fromDay: $day, toDay: $day) { day entryCount isWithinTarget closedAt total { energyKcal } }
    shoppingLists { nodes { id } } } } }`;
  const people = [{ __typename: 'User', id: ada.id }];
  const day = new Date().toISOString().slice(0, 10);
  const { _entities: own } = await ask<{ _entities: unknown[] }>(ada, query, { people, day });
  expect(own).toEqual([
    {
      id: ada.id,
      dietObjective: null,
      openPlanOverrideCount: 0,
      mealPlans: {
        nodes: [
          {
            id: mealPlan?.id,
            days: [{ day: '2026-11-02', meals: [{ kind: 'LUNCH', portions: [{ amount: 100 }] }] }],
          },
        ],
      },
      foodEntries: { nodes: [{ meal: 'SNACK', nutrients: { energyKcal: 36.5 } }] },
      dietDays: [{ day, entryCount: 1, isWithinTarget: false, closedAt: null, total: { energyKcal: 36.5 } }],
      shoppingLists: { nodes: [] },
    },
  ]);
  const { _entities: others } = await ask<{ _entities: unknown[] }>(grace, query, { people, day });
  expect(others).toEqual([
    {
      id: ada.id,
      dietObjective: null,
      openPlanOverrideCount: null,
      mealPlans: null,
      foodEntries: null,
      dietDays: null,
      shoppingLists: null,
    },
  ]);
});

it('takes days of the calendar, and gives them as they were sent', async () => {
  const eater = await world.signUp('Eater');
  const day = new Date().toISOString().slice(0, 10);
  const portion = `{ ingredientId: "${rice}", amount: 100, unit: G }`;
  const meals = `{ meals: [{ kind: LUNCH, portions: [${portion}] }] }`;
  const { logFood, createMealPlan } = await ask<{
    logFood: { entry: { day: string } };
    createMealPlan: { mealPlan: { id: string; startsOn: string } };
  }>(
    eater,
    `mutation ($day: Date!) {
      logFood(input: { day: $day, meal: LUNCH, portion: ${portion}, idempotencyKey: "lunch" }) { entry { day } }
      createMealPlan(input: { title: "Rice", startsOn: "2026-11-02", days: [${meals}, ${meals}],
        idempotencyKey: "plan" }) { mealPlan { id startsOn } }
    }`,
    { day },
  );
  expect(logFood.entry.day).toBe(day);
  expect(createMealPlan.mealPlan.startsOn).toBe('2026-11-02');
  const written = await ask(
    eater,
    `mutation ($day: Date!, $plan: ID!, $me: ID!) {
      assignMealPlan(input: { mealPlanId: $plan, clientId: $me, startsOn: "2026-12-31", idempotencyKey: "copy" })
        { mealPlan { days { day } } }
      createShoppingList(input: { title: "Rice", mealPlanId: $plan, fromDay: "2026-11-02", toDay: "2026-11-03",
        idempotencyKey: "list" }) { shoppingList { fromDay toDay } }
      closeDietDay(input: { day: $day }) { dietDay { day } }
    }`,
    { day, plan: createMealPlan.mealPlan.id, me: eater.id },
  );
  expect(written).toEqual({
    assignMealPlan: { mealPlan: { days: [{ day: '2026-12-31' }, { day: '2027-01-01' }] } },
    createShoppingList: { shoppingList: { fromDay: '2026-11-02', toDay: '2026-11-03' } },
    closeDietDay: { dietDay: { day } },
  });
  const entries = `query ($people: [_Any!]!, $from: Date, $to: Date) { _entities(representations: $people) { ... on User {
    foodEntries(fromDay: $from, toDay: $to) { nodes { day } } } } }`;
  const people = [{ __typename: 'User', id: eater.id }];
  const listed = async (range: object) =>
    (await ask<{ _entities: unknown[] }>(eater, entries, { people, ...range }))._entities;
  expect(await listed({ from: day })).toEqual([{ foodEntries: { nodes: [{ day }] } }]);
  expect(await listed({ to: '2026-01-01' })).toEqual([{ foodEntries: { nodes: [] } }]);
});

it('refuses a day that the calendar lacks, before anything is asked', async () => {
  const { errors } = await world.network.graphql(
    'diet',
    'mutation { closeDietDay(input: { day: "2026-02-30" }) { dietDay { day } } }',
    { token: ada.token },
  );
  expect(errors?.[0]?.message).toContain('2026-02-30');
});

it('refuses a unit that is none before anything is asked', async () => {
  const { errors } = await world.network.graphql(
    'diet',
    `mutation ($rice: ID!) { logFood(input: { meal: LUNCH, portion: { ingredientId: $rice, amount: 1, unit: STONE },
      idempotencyKey: "stone" }) { entry { id } } }`,
    { variables: { rice }, token: ada.token },
  );
  expect(errors?.[0]?.message).toContain('STONE');
});

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
      await asClient.objectives.setObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 5_000 }] });
      const mealPlan = planOf([[grams(rice, 100)], [grams(rice, 100)]]);
      await asClient.mealPlans.createMealPlan({ ...mealPlan, idempotencyKey: uuidv7() });
      const meal = 'MEAL_KIND_LUNCH' as const;
      await asClient.foodLog.logFood({ meal, portion: grams(rice, 1), idempotencyKey: uuidv7() });
    }
    const query = `query ($people: [_Any!]!) { _entities(representations: $people) { ... on User {
      dietObjective { kind } openPlanOverrideCount
      mealPlans(first: 3) { nodes { days { meals { portions { ingredient { name } } } } } }
      foodEntries(first: 5) { nodes { portion { ingredient { name } } } }
      dietDays(fromDay: "2026-11-01", toDay: "2026-11-07") { isWithinTarget } } } }`;
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
    const query = `query ($people: [_Any!]!) { _entities(representations: $people) { ... on User { shoppingLists {
      nodes { title mealPlan { title } items { name ingredient { name } } } } } } }`;
    const people = [{ __typename: 'User', id: owner.id }];
    await make();
    const one = await costOf(owner, query, { people });
    for (let turn = 0; turn < 4; turn++) await make();
    expect([one, await costOf(owner, query, { people })]).toEqual([3, 3]);
  });

  it('of overrides', async () => {
    const admin = await world.signUp('Admin', 'ADMIN');
    const person = await world.signUp('Overrider');
    const { objectives, mealPlans } = world.as(person);
    await objectives.setObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 1 }] });
    const override = { warningCodes: ['day-1:ENERGY:above', 'average:ENERGY:above'], reason: 'So be it.' };
    const save = () =>
      mealPlans.createMealPlan({ ...planOf([[grams(rice, 1)]]), override, idempotencyKey: uuidv7() });
    const query = `query ($id: ID) { planOverrides(userId: $id, state: OPEN) { nodes { reason warnings { code day
      difference } actor { id } reviewer { id } } } }`;
    await save();
    const one = await costOf(admin, query, { id: person.id });
    for (let turn = 0; turn < 4; turn++) await save();
    expect([one, await costOf(admin, query, { id: person.id })]).toEqual([1, 1]);
  });
});
