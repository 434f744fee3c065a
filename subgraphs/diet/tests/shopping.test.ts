import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, planOf, recipeOf, servings, writeRecipe } from './portions.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let grace: Person;
let mealPlanId: string;

beforeAll(async () => {
  world = await startWorld();
  [ada, grace] = await Promise.all([world.signUp('Ada'), world.signUp('Grace')]);
  const [rice, egg, milk] = await Promise.all([
    world.food({ name: 'Rice', aisle: 'GRAINS_AND_PULSES', densityMgPerMl: 780 }),
    world.food({ name: 'Egg', aisle: 'DAIRY_AND_EGGS', pieceMg: 50_000 }),
    world.food({ name: 'Milk', aisle: 'DAIRY_AND_EGGS', densityMgPerMl: 1_030 }),
  ]);
  const client = world.as(ada);
  const cup = { ingredientId: rice, amount: 1, unit: 'FOOD_UNIT_CUP' as const };
  const pudding = await writeRecipe(
    client,
    recipeOf([cup, { ingredientId: milk, amount: 1, unit: 'FOOD_UNIT_L' }], { servings: 4 }),
  );
  const eggs = (amount: number) => ({ ingredientId: egg, amount, unit: 'FOOD_UNIT_PIECE' as const });
  const days = [[servings(pudding, 1), eggs(1)], [servings(pudding, 1), grams(rice, 53.2)], [eggs(3)]];
  const { mealPlan } = await client.mealPlans.createMealPlan({
    ...planOf(days),
    idempotencyKey: uuidv7(),
  });
  mealPlanId = mealPlan?.id ?? '';
  await client.ingredients.setIngredientPrice({
    ingredientId: milk,
    pricePerKg: { amountMinor: 120, currency: 'EUR' },
  });
});

afterAll(() => world?.close());

function request(change: object = {}) {
  return {
    title: 'Two days',
    mealPlanId,
    fromDay: '2026-11-02',
    toDay: '2026-11-03',
    servingsFactor: 2,
    idempotencyKey: uuidv7(),
    ...change,
  };
}

async function makeList(change: object = {}) {
  const { shoppingList } = await world.as(ada).shopping.createShoppingList(request(change));
  return { id: shoppingList?.id ?? '', list: shoppingList, shoppingItemId: shoppingList?.items[0]?.id ?? '' };
}

it.each(doorNames)(
  'a list sums what days need across recipes and units, scaled, by aisle (%s)',
  async (door) => {
    const { shopping } = world.as(ada, door);
    const asked = request();
    const { shoppingList } = await shopping.createShoppingList(asked);
    // Milk: 2 of 4 servings of a litre, twice. Rice: half a cup of 187.2 g and 53.2 g, twice.
    expect(shoppingList).toMatchObject({
      ownerId: ada.id,
      servingsFactor: 2,
      items: [
        { name: 'Egg', aisle: 'AISLE_DAIRY_AND_EGGS', amountG: 100, pieces: 2, cost: null },
        {
          name: 'Milk',
          amountG: 1_030,
          amountMl: 1_000,
          cost: { amountMinor: '124', currency: 'EUR' },
        },
        { name: 'Rice', aisle: 'AISLE_GRAINS_AND_PULSES', amountG: 293.6, amountMl: 376.41 },
      ],
      costEstimate: [{ amountMinor: '124', currency: 'EUR' }],
      unpricedItemCount: 2,
      memberIds: [],
    });
    expect((await shopping.createShoppingList(asked)).shoppingList).toEqual(shoppingList);
  },
);

it('a list is for days of a plan that one may see', async () => {
  const { shopping } = world.as(ada);
  const refused = async (change: object) => refusalOf(shopping.createShoppingList(request(change)));
  expect(await refused({ fromDay: '2026-11-01' })).toMatchObject({ fields: [{ path: 'fromDay' }] });
  expect(await refused({ toDay: '2026-11-05' })).toMatchObject({
    fields: [{ path: 'toDay', message: expect.stringContaining('2026-11-04') }],
  });
  expect(await refused({ toDay: '2026-11-01' })).toMatchObject({ fields: [{ path: 'toDay' }] });
  expect(await refused({ servingsFactor: 0 })).toMatchObject({ fields: [{ path: 'servingsFactor' }] });
  const notTheirs = world.as(grace).shopping.createShoppingList(request());
  expect(await refusalOf(notTheirs)).toMatchObject({ code: 'NOT_FOUND' });
});

it('people who share a list tick items off, each once, and its topic tells of it', async () => {
  const { id, shoppingItemId } = await makeList();
  const { shopping } = world.as(ada);
  expect(
    await refusalOf(world.as(grace).shopping.tickShoppingItem({ shoppingItemId, ticked: true })),
  ).toMatchObject({
    code: 'NOT_FOUND',
  });
  const { shoppingList } = await shopping.shareShoppingList({
    shoppingListId: id,
    userIds: [grace.id, ada.id],
  });
  expect(shoppingList?.memberIds).toEqual([grace.id]);
  const tick = (person: Person, ticked: boolean) =>
    world.as(person).shopping.tickShoppingItem({ shoppingItemId, ticked });
  const both = await Promise.all([tick(ada, true), tick(grace, true)]);
  expect(both[0].shoppingItem?.tickedById).toBe(both[1].shoppingItem?.tickedById);
  expect([ada.id, grace.id]).toContain(both[0].shoppingItem?.tickedById);
  const put = await tick(grace, false);
  expect(put).toMatchObject({ shoppingListId: id, shoppingItem: { tickedAt: null } });
  expect(put.shoppingItem?.tickedById).toBeUndefined();
  expect(await world.kindsOf(`diet.shopping-list.${id}`)).toEqual([
    'shopping-list-created',
    'shopping-list-shared',
    'shopping-item-ticked',
    'shopping-item-ticked',
  ]);
});

it('who is taken off a list sees it no longer, and of its topic what was before', async () => {
  const { id, shoppingItemId } = await makeList();
  const { shopping } = world.as(ada);
  const topic = `diet.shopping-list.${id}`;
  expect(await refusalOf(world.authorize(grace, topic))).toMatchObject({ code: 'NOT_FOUND' });
  await shopping.shareShoppingList({ shoppingListId: id, userIds: [grace.id] });
  const { fromSeq, toSeq } = await world.authorize(grace, topic);
  expect([fromSeq, toSeq]).toEqual(['2', undefined]);
  const lists = async () => (await world.as(grace).shopping.listShoppingLists({})).edges;
  expect((await lists()).map(({ shoppingList }) => shoppingList?.id)).toContain(id);
  const others = world.as(grace).shopping.unshareShoppingList({ shoppingListId: id, userId: ada.id });
  expect(await refusalOf(others)).toMatchObject({ code: 'FAILED_PRECONDITION' });
  await world.as(grace).shopping.unshareShoppingList({ shoppingListId: id, userId: grace.id });
  expect((await lists()).map(({ shoppingList }) => shoppingList?.id)).not.toContain(id);
  expect(
    (await world.as(grace).shopping.batchGetShoppingItems({ ids: [shoppingItemId] })).shoppingItems,
  ).toEqual([]);
  expect(await world.authorize(grace, topic)).toMatchObject({ fromSeq: '2', toSeq: '3' });
});

it('a list is shared with people who exist, across no block, and not with too many', async () => {
  const { id: shoppingListId } = await makeList();
  const share = (...userIds: string[]) =>
    refusalOf(world.as(ada).shopping.shareShoppingList({ shoppingListId, userIds }));
  expect(await share(uuidv7())).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'userIds' }] });
  expect(await share(ada.id)).toMatchObject({ fields: [{ path: 'userIds' }] });
  const blocker = await world.signUp('Blocker');
  await world.block(blocker, ada);
  expect(await share(blocker.id)).toMatchObject({ code: 'PERMISSION_DENIED', fields: [{ path: 'userIds' }] });
  expect(await share(...Array.from({ length: 20 }, () => uuidv7()))).toMatchObject({
    fields: [{ path: 'userIds' }],
  });
});

it('lists are paged newest first, and deleted by their owner', async () => {
  const owner = await world.signUp('Owner');
  const { mealPlan } = await world.as(owner).mealPlans.createMealPlan({
    ...planOf([[grams(await world.food({ name: 'Salt' }), 1)]]),
    idempotencyKey: uuidv7(),
  });
  const { shopping } = world.as(owner);
  const ids: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const asked = request({ mealPlanId: mealPlan?.id, toDay: '2026-11-02' });
    ids.push((await shopping.createShoppingList(asked)).shoppingList?.id ?? '');
  }
  const page = async (window: object) => {
    const { edges, pageInfo } = await shopping.listShoppingLists({ page: window });
    return { ids: edges.map(({ shoppingList }) => shoppingList?.id), pageInfo };
  };
  const first = await page({ first: 2 });
  expect(first.ids).toEqual([ids[2], ids[1]]);
  expect((await page({ first: 2, after: first.pageInfo?.endCursor })).ids).toEqual([ids[0]]);
  const shoppingListId = ids[0] ?? '';
  expect(await refusalOf(world.as(grace).shopping.deleteShoppingList({ shoppingListId }))).toMatchObject({
    code: 'NOT_FOUND',
  });
  await shopping.deleteShoppingList({ shoppingListId });
  expect((await page({ first: 5 })).ids).toEqual([ids[2], ids[1]]);
});
