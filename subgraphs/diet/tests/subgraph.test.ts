import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { grams, planOf } from './portions.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let rice: string;

beforeAll(async () => {
  world = await startWorld();
  ada = await world.signUp('Ada');
  rice = await world.food({ name: 'Rice', energyCal: 365_000, proteinMg: 7_130 });
});

afterAll(() => world?.close());

async function ask<Data>(person: Person, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await world.network.graphql<Data>('diet', query, {
    variables,
    token: person.token,
  });
  expect(errors).toBeUndefined();
  return data as Data;
}

const COMPOSITION = 'energyKcal proteinG carbohydrateG sugarG fatG saturatedFatG fibreG saltG';
const NUTRIENTS = `${COMPOSITION} unknown`;

it('shows foods and recipes as the public contract says', async () => {
  const created = await ask<{ createRecipe: { recipe: { id: string } } }>(
    ada,
    `mutation ($rice: ID!) {
      createIngredient(input: { name: "Salted rice", allergens: [], perHundredGrams:
        { energyKcal: 360, proteinG: 7, carbohydrateG: 79, fatG: 0.6, saltG: 1 }, idempotencyKey: "a" })
        { ingredient { owner { id } origin aisle densityGPerMl source sourceId perHundredGrams { ${COMPOSITION} } } }
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
          sugarG: null,
          saturatedFatG: null,
          fibreG: null,
        },
      },
    },
  });
  const { recipe } = await ask<{ recipe: object }>(
    ada,
    `query ($id: ID!) { recipe(id: $id) { title sharing ownStars averageStars ratingCount servingG steps
      portions { amount unit recipe { id } ingredient { name } } perServing { ${NUTRIENTS} } dietaryFlags allergens } }`,
    { id: created.createRecipe.recipe.id },
  );
  expect(recipe).toMatchObject({
    title: 'Rice',
    sharing: 'PRIVATE',
    ownStars: null,
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
  await world.as(ada).foodLog.logFoodEntry({
    meal: 'MEAL_KIND_SNACK',
    portion: grams(rice, 10),
    idempotencyKey: uuidv7(),
  });
  const query = `query ($people: [_Any!]!, $day: Date!) { _entities(representations: $people) { ... on User {
    id dietObjective { kind } openMealPlanOverrideCount
    mealPlans { nodes { id days { day meals { kind portions { amount } } } } }
    foodEntries { nodes { meal nutrients { energyKcal } } }
    dietDays(fromDay: $day, toDay: $day) { day entryCount withinTarget closedAt total { energyKcal } }
    } ... on Viewer { shoppingLists { nodes { id } } } } }`;
  const people = ['User', 'Viewer'].map((__typename) => ({ __typename, id: ada.id }));
  const day = new Date().toISOString().slice(0, 10);
  const { _entities: own } = await ask<{ _entities: unknown[] }>(ada, query, { people, day });
  expect(own).toEqual([
    {
      id: ada.id,
      dietObjective: null,
      openMealPlanOverrideCount: 0,
      mealPlans: {
        nodes: [
          {
            id: mealPlan?.id,
            days: [{ day: '2026-11-02', meals: [{ kind: 'LUNCH', portions: [{ amount: 100 }] }] }],
          },
        ],
      },
      foodEntries: { nodes: [{ meal: 'SNACK', nutrients: { energyKcal: 36.5 } }] },
      dietDays: [{ day, entryCount: 1, withinTarget: false, closedAt: null, total: { energyKcal: 36.5 } }],
    },
    { shoppingLists: { nodes: [] } },
  ]);
  const { _entities: others } = await ask<{ _entities: unknown[] }>(grace, query, { people, day });
  expect(others).toEqual([
    {
      id: ada.id,
      dietObjective: null,
      openMealPlanOverrideCount: null,
      mealPlans: null,
      foodEntries: null,
      dietDays: null,
    },
    null,
  ]);
});

it('takes days of the calendar, and gives them as they were sent', async () => {
  const eater = await world.signUp('Eater');
  const day = new Date().toISOString().slice(0, 10);
  const portion = `{ ingredientId: "${rice}", amount: 100, unit: G }`;
  const meals = `{ meals: [{ kind: LUNCH, portions: [${portion}] }] }`;
  const { logFoodEntry, createMealPlan } = await ask<{
    logFoodEntry: { foodEntry: { day: string } };
    createMealPlan: { mealPlan: { id: string; startsOn: string } };
  }>(
    eater,
    `mutation ($day: Date!) {
      logFoodEntry(input: { day: $day, meal: LUNCH, portion: ${portion}, idempotencyKey: "lunch" }) { foodEntry { day } }
      createMealPlan(input: { title: "Rice", startsOn: "2026-11-02", days: [${meals}, ${meals}],
        idempotencyKey: "plan" }) { mealPlan { id startsOn } }
    }`,
    { day },
  );
  expect(logFoodEntry.foodEntry.day).toBe(day);
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
    `mutation ($rice: ID!) { logFoodEntry(input: { meal: LUNCH, portion: { ingredientId: $rice, amount: 1, unit: STONE },
      idempotencyKey: "stone" }) { foodEntry { id } } }`,
    { variables: { rice }, token: ada.token },
  );
  expect(errors?.[0]?.message).toContain('STONE');
});

it('reads everything with an id again by that, in capitals too, for whoever may see it', async () => {
  const [owner, stranger] = await Promise.all([world.signUp('Owner'), world.signUp('Stranger')]);
  const { objectives, mealPlans, foodLog, shopping } = world.as(owner);
  await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 1 }] });
  const { mealPlan, mealPlanOverride } = await mealPlans.createMealPlan({
    ...planOf([[grams(rice, 100)]]),
    override: { warningCodes: ['day-1:ENERGY:above', 'average:ENERGY:above'], reason: 'So be it.' },
    idempotencyKey: uuidv7(),
  });
  const { foodEntry } = await foodLog.logFoodEntry({
    meal: 'MEAL_KIND_LUNCH',
    portion: grams(rice, 1),
    idempotencyKey: uuidv7(),
  });
  const { shoppingList } = await shopping.createShoppingList({
    ...{ title: 'One', mealPlanId: mealPlan?.id ?? '', servingsFactor: 1, idempotencyKey: uuidv7() },
    ...{ fromDay: '2026-11-02', toDay: '2026-11-02' },
  });
  const ids = {
    mealPlan: mealPlan?.id,
    mealPlanOverride: mealPlanOverride?.id,
    foodEntry: foodEntry?.id,
    shoppingList: shoppingList?.id,
    shoppingItem: shoppingList?.items[0]?.id,
  };
  const again = (person: Person, idOf: (id: string) => string) => {
    const fields = Object.entries(ids).map(([field, id]) => `${field}(id: "${idOf(id ?? '')}") { id }`);
    return ask<Record<string, { id: string } | null>>(person, `{ ${fields.join(' ')} }`);
  };
  const found = await again(owner, (id) => id.toUpperCase());
  expect(found).toEqual(Object.fromEntries(Object.entries(ids).map(([field, id]) => [field, { id }])));
  const hidden = await again(stranger, (id) => id);
  expect(Object.values(hidden)).toEqual(Object.keys(ids).map(() => null));
});
