import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateIngredientRequest } from '#gen/proto/fitme/diet/v1/CreateIngredientRequest.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, planOf, recipeOf, writeRecipe } from './portions.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;

beforeAll(async () => {
  world = await startWorld();
  ada = await world.signUp('Ada');
});

afterAll(() => world?.close());

const bar: CreateIngredientRequest = {
  name: 'Bar',
  perHundredGrams: { energyKcal: 480, proteinG: 12, carbohydrateG: 50, sugarG: 30, fatG: 25, saltG: 1 },
  allergens: ['ALLERGEN_PEANUTS'],
  allergensKnown: true,
  origin: 'FOOD_ORIGIN_PLANT',
  aisle: 'AISLE_SWEETS',
};

async function createFood(content: CreateIngredientRequest): Promise<string> {
  const request = { ...content, idempotencyKey: uuidv7() };
  return (await world.as(ada).ingredients.createIngredient(request)).ingredient?.id ?? '';
}

async function flagsOf(recipeId: string): Promise<string[]> {
  const { recipes } = await world.as(ada).recipes.batchGetRecipes({ ids: [recipeId] });
  return recipes[0]?.dietaryFlags ?? [];
}

/** The fields of a mutation's payload, and why there is none. */
async function mutate(
  field: string,
  inputType: string,
  input: object,
  selection: string,
): Promise<Record<string, unknown> & { errors: { message: string; extensions: object }[] | undefined }> {
  const operation = `mutation ($input: ${inputType}!) { ${field}(input: $input) { ${selection} } }`;
  const { data, errors } = await world.network.graphql<Record<string, Record<string, unknown>>>(
    'diet',
    operation,
    { variables: { input }, token: ada.token },
  );
  return { ...Object.values(data ?? {})[0], errors };
}

const FOOD =
  'ingredient { id name allergens allergensKnown version perHundredGrams { sugarG saltG fibreG } }';

describe('what a food contains', () => {
  it.each(doorNames)('stays where a change does not speak of it, and so do the flags (%s)', async (door) => {
    const ingredientId = await createFood(bar);
    const recipeId = await writeRecipe(world.as(ada), recipeOf([grams(ingredientId, 100)]));
    const change = { ingredientId, name: 'Bar 2', expectedVersion: 1 };
    const { ingredient } = await world.as(ada, door).ingredients.updateIngredient(change);
    expect(ingredient).toMatchObject({ name: 'Bar 2', allergens: bar.allergens, allergensKnown: true });
    expect(ingredient?.perHundredGrams).toMatchObject(bar.perHundredGrams ?? {});
    expect(await flagsOf(recipeId)).toContain('DIETARY_FLAG_GLUTEN_FREE');
    expect(await flagsOf(recipeId)).not.toContain('DIETARY_FLAG_NUT_FREE');
  });

  it('stays in the public graph, too; null makes it unknown, and a list is all of it unless it is said not to be', async () => {
    const create = {
      ...{ name: 'Bar', allergens: ['PEANUTS'], idempotencyKey: uuidv7() },
      perHundredGrams: { energyKcal: 480, proteinG: 12, carbohydrateG: 50, fatG: 25 },
    };
    const { ingredient: made } = await mutate('createIngredient', 'CreateIngredientInput', create, FOOD);
    const { id: ingredientId } = made as { id: string };
    const recipeId = await writeRecipe(world.as(ada), recipeOf([grams(ingredientId, 100)]));
    const isNutFree = async () => (await flagsOf(recipeId)).includes('DIETARY_FLAG_NUT_FREE');
    const update = (expectedVersion: number, changes: object) =>
      mutate(
        'updateIngredient',
        'UpdateIngredientInput',
        { ingredientId, expectedVersion, ...changes },
        FOOD,
      );

    expect(await update(1, { name: 'Bar 2' })).toMatchObject({
      ingredient: { name: 'Bar 2', allergens: ['PEANUTS'], allergensKnown: true },
    });
    expect(await isNutFree()).toBe(false);
    const unknown = { allergens: [], allergensKnown: false };
    expect(await update(2, { allergens: null })).toMatchObject({ ingredient: unknown });
    expect(await isNutFree()).toBe(false);
    expect(await update(3, { name: 'Bar 3' })).toMatchObject({ ingredient: unknown });
    for (const changes of [{ allergensKnown: true }, { allergensKnown: true, allergens: null }]) {
      expect((await update(4, changes)).errors?.[0]).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'allergensKnown' }] },
      });
    }
    expect(await isNutFree()).toBe(false);
    const some = { allergens: ['MILK'], allergensKnown: false };
    expect(await update(4, some)).toMatchObject({ ingredient: some });
    expect(await isNutFree()).toBe(false);
    expect(await update(5, { allergens: [] })).toMatchObject({
      ingredient: { allergens: [], allergensKnown: true },
    });
    expect(await isNutFree()).toBe(true);
  });

  it.each(doorNames)(
    'is none only where that is said beside the list, which has no null (%s)',
    async (door) => {
      const ingredientId = await createFood(bar);
      const { ingredients } = world.as(ada, door);
      const paths = ['allergens'];
      const emptied = { ingredientId, updateMask: { paths }, expectedVersion: 1 };
      expect(await refusalOf(ingredients.updateIngredient(emptied))).toMatchObject({
        fields: [{ path: 'allergensKnown' }],
      });
      const said = { ...emptied, updateMask: { paths: [...paths, 'allergens_known'] }, allergensKnown: true };
      const { ingredient } = await ingredients.updateIngredient(said);
      expect(ingredient).toMatchObject({ allergens: [], allergensKnown: true });
    },
  );

  it('is asked for where it is created, and is not known where nothing is said of it over gRPC', async () => {
    const { allergens: _allergens, allergensKnown: _known, ...silent } = bar;
    const input = {
      ...{ name: 'Bar', idempotencyKey: uuidv7() },
      perHundredGrams: { energyKcal: 1, proteinG: 0, carbohydrateG: 0, fatG: 0 },
    };
    const { errors } = await mutate('createIngredient', 'CreateIngredientInput', input, FOOD);
    expect(errors?.[0]?.message).toContain('allergens');
    const ingredientId = await createFood(silent);
    const recipeId = await writeRecipe(world.as(ada), recipeOf([grams(ingredientId, 100)]));
    expect(await flagsOf(recipeId)).toEqual([
      'DIETARY_FLAG_VEGAN',
      'DIETARY_FLAG_VEGETARIAN',
      'DIETARY_FLAG_PESCATARIAN',
    ]);
  });
});

describe('nutrients of a food', () => {
  it.each(doorNames)('change one by one, and are judged together (%s)', async (door) => {
    const ingredientId = await createFood(bar);
    const { ingredients } = world.as(ada, door);
    const less = { ingredientId, perHundredGrams: { sugarG: 20 }, expectedVersion: 1 };
    const { ingredient } = await ingredients.updateIngredient(less);
    expect(ingredient?.perHundredGrams).toMatchObject({ ...bar.perHundredGrams, sugarG: 20 });
    const pathsOf = async (perHundredGrams: object) => {
      const call = ingredients.updateIngredient({ ingredientId, perHundredGrams, expectedVersion: 2 });
      return (await refusalOf(call)).fields.map(({ path }) => path);
    };
    expect(await pathsOf({ sugarG: 50.5 })).toEqual(['perHundredGrams.sugarG']);
    expect(await pathsOf({ carbohydrateG: 19 })).toEqual(['perHundredGrams.sugarG']);
    expect(await pathsOf({ saltG: 15 })).toEqual(['perHundredGrams.carbohydrateG']);
    const updateMask = { paths: ['per_hundred_grams.energy_kcal'] };
    const unknown = ingredients.updateIngredient({ ingredientId, updateMask, expectedVersion: 2 });
    expect(await refusalOf(unknown)).toMatchObject({ fields: [{ path: 'perHundredGrams.energyKcal' }] });
  });

  it('are no longer known once they are taken away, which is not 0', async () => {
    const ingredientId = await createFood(bar);
    const change = { ingredientId, expectedVersion: 1, perHundredGrams: { sugarG: null, saltG: 0 } };
    expect(await mutate('updateIngredient', 'UpdateIngredientInput', change, FOOD)).toMatchObject({
      ingredient: {
        perHundredGrams: { sugarG: null, saltG: 0, fibreG: null },
      },
    });
  });
});

describe('another title', () => {
  it('of a recipe leaves what it is made of and who sees it, whatever became of its foods', async () => {
    const ingredientId = await createFood({ ...bar, pieceG: 40 });
    const portions = [{ ingredientId, amount: 2, unit: 'FOOD_UNIT_PIECE' as const }];
    const { recipes, ingredients } = world.as(ada);
    const recipeId = await writeRecipe(
      world.as(ada),
      recipeOf(portions, { sharing: 'RECIPE_SHARING_PUBLIC' }),
    );
    const updateMask = { paths: ['piece_g'] };
    await ingredients.updateIngredient({ ingredientId, updateMask, expectedVersion: 1 });
    const { recipe } = await recipes.updateRecipe({ recipeId, title: 'Dessert', expectedVersion: 1 });
    expect(recipe).toMatchObject({ title: 'Dessert', sharing: 'RECIPE_SHARING_PUBLIC', portions });
    const anew = recipes.updateRecipe({ recipeId, portions, expectedVersion: 2 });
    expect(await refusalOf(anew)).toMatchObject({ fields: [{ path: 'portions.0.unit' }] });
  });

  it('of somebody else’s recipe or food is refused before it is judged', async () => {
    const ingredientId = await world.food({ name: 'Salt' });
    const shared = recipeOf([grams(ingredientId, 1)], { sharing: 'RECIPE_SHARING_PUBLIC' });
    const recipeId = await writeRecipe(world.as(ada), shared);
    const { recipes, ingredients } = world.as(await world.signUp('Grace'));
    const change = { title: '', name: '', expectedVersion: 1 };
    for (const call of [
      () => recipes.updateRecipe({ recipeId, ...change }),
      () => ingredients.updateIngredient({ ingredientId, ...change }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('of a plan leaves its days, and what its override lacks is named', async () => {
    const rice = await world.food({ name: 'Rice', energyCal: 365_000 });
    const { mealPlans, objectives } = world.as(ada);
    const plan = { ...planOf([[grams(rice, 100)]]), idempotencyKey: uuidv7() };
    const { mealPlan } = await mealPlans.createMealPlan(plan);
    await objectives.setDietObjective({ targets: [{ nutrient: 'NUTRIENT_ENERGY', max: 300 }] });
    const warningCodes = ['day-1:ENERGY:above', 'average:ENERGY:above'];
    const rename = (override: object | null) => {
      const input = { mealPlanId: mealPlan?.id, expectedVersion: 1, title: 'Rice', override };
      const selection =
        'mealPlan { title days { meals { portions { amount } } } } mealPlanOverride { reason }';
      return mutate('updateMealPlan', 'UpdateMealPlanInput', input, selection);
    };
    expect((await rename({ warningCodes })).errors?.[0]).toMatchObject({
      message: expect.stringContaining('Say why'),
      extensions: { fields: [{ path: 'override.reason' }] },
    });
    for (const override of [null, { reason: 'A race.' }]) {
      expect((await rename(override)).errors?.[0]).toMatchObject({
        message: expect.stringContaining(warningCodes.join(', ')),
        extensions: { fields: [{ path: 'days.0' }, { path: 'days' }] },
      });
    }
    expect(await rename({ warningCodes, reason: 'A race.' })).toMatchObject({
      mealPlan: { title: 'Rice', days: [{ meals: [{ portions: [{ amount: 100 }] }] }] },
      mealPlanOverride: { reason: 'A race.' },
    });
  });
});
