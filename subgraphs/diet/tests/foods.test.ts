import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreateIngredientRequest } from '#gen/proto/fitme/diet/v1/CreateIngredientRequest.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { grams, recipeOf, servings, writeRecipe } from './portions.ts';
import { doorNames, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  world = await startWorld();
  [ada, grace] = await Promise.all([world.signUp('Ada'), world.signUp('Grace')]);
});

afterAll(() => world?.close());

const cracker: CreateIngredientRequest = {
  name: 'Seed cracker',
  perHundredGrams: { energyKcal: 480.5, proteinG: 12.345, carbohydrateG: 50, sugarG: 2, fatG: 25, saltG: 1 },
  allergens: ['ALLERGEN_SESAME'],
  allergensKnown: true,
  origin: 'FOOD_ORIGIN_PLANT',
  aisle: 'AISLE_BAKERY',
  pieceG: 12.5,
};

describe('foods', () => {
  it('of the catalogue are found by the beginnings of words, by name, and paged', async () => {
    const word = `zyx${uuidv7().slice(-6)}`;
    for (const name of ['raw', 'cooked', 'dried']) await world.food({ name: `${word} beet, ${name}` });
    const { ingredients } = world.as(ada);
    const text = `BEE ${word.slice(0, 8)}`;
    const first = await ingredients.searchIngredients({ text, page: { first: 2 } });
    expect(first.edges.map(({ ingredient }) => ingredient?.name)).toEqual([
      `${word} beet, cooked`,
      `${word} beet, dried`,
    ]);
    const after = first.pageInfo?.endCursor ?? '';
    const rest = await ingredients.searchIngredients({ text, page: { first: 2, after } });
    expect(rest.edges.map(({ ingredient }) => ingredient?.name)).toEqual([`${word} beet, raw`]);
    const backwards = await ingredients.searchIngredients({
      text,
      page: { last: 1, before: rest.pageInfo?.startCursor ?? '' },
    });
    expect(backwards.edges.map(({ ingredient }) => ingredient?.name)).toEqual([`${word} beet, dried`]);
    const nothing = await ingredients.searchIngredients({ text: "' & ! :* \\", ownOnly: true });
    expect(nothing.edges).toEqual([]);
  });

  it('of a person are their own, and made once', async () => {
    const { ingredients } = world.as(ada);
    const request = { ...cracker, idempotencyKey: uuidv7() };
    const { ingredient } = await ingredients.createIngredient(request);
    expect(ingredient).toMatchObject({
      ownerId: ada.id,
      source: 'INGREDIENT_SOURCE_PERSON',
      perHundredGrams: cracker.perHundredGrams,
      allergensKnown: true,
      pieceG: 12.5,
    });
    expect((await ingredients.createIngredient(request)).ingredient).toEqual(ingredient);
    const ids = [ingredient?.id ?? ''];
    expect((await world.as(grace).ingredients.batchGetIngredients({ ids })).ingredients).toEqual([]);
    const found = await world.as(grace).ingredients.searchIngredients({ text: 'seed cracker' });
    expect(found.edges).toEqual([]);
  });

  it('are changed by their owner, who has read the present version', async () => {
    const { ingredients } = world.as(ada);
    const created = await ingredients.createIngredient({ ...cracker, idempotencyKey: uuidv7() });
    const ingredientId = created.ingredient?.id ?? '';
    const change = { ingredientId, name: 'Rye cracker', expectedVersion: 1 };
    expect(await refusalOf(world.as(grace).ingredients.updateIngredient(change))).toMatchObject({
      code: 'NOT_FOUND',
    });
    const { ingredient } = await ingredients.updateIngredient(change);
    expect(ingredient).toMatchObject({ name: 'Rye cracker', version: 2 });
    expect(await refusalOf(ingredients.updateIngredient(change))).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('version 2'),
    });
  });

  it('have a price that only the person who set it sees', async () => {
    const ingredientId = await world.food({ name: 'Oats' });
    const price = { ingredientId, pricePerKg: { amountMinor: 189, currency: 'EUR' } };
    const { ingredient } = await world.as(ada).ingredients.setIngredientPrice(price);
    expect(ingredient?.pricePerKg).toEqual({ amountMinor: '189', currency: 'EUR' });
    const seen = await world.as(grace).ingredients.batchGetIngredients({ ids: [ingredientId] });
    expect(seen.ingredients[0]?.pricePerKg).toBeNull();
    const forgotten = await world.as(ada).ingredients.setIngredientPrice({ ingredientId });
    expect(forgotten.ingredient?.pricePerKg).toBeNull();
  });

  it.each(doorNames)('are refused with the field through the %s door', async (door) => {
    const refused = async (change: object) => {
      const request = { ...cracker, ...change, idempotencyKey: uuidv7() };
      const call = world.as(ada, door).ingredients.createIngredient(request);
      const { code, fields } = await refusalOf(call);
      expect(code).toBe('INVALID_ARGUMENT');
      return fields.map(({ path }) => path);
    };
    const holding = (change: object) => ({ perHundredGrams: { ...cracker.perHundredGrams, ...change } });
    expect(await refused({ name: '  ' })).toEqual(['name']);
    expect(await refused(holding({ proteinG: -1 }))).toEqual(['perHundredGrams.proteinG']);
    expect(await refused(holding({ sugarG: 51 }))).toEqual(['perHundredGrams.sugarG']);
    expect(await refused(holding({ energyKcal: 901 }))).toEqual(['perHundredGrams.energyKcal']);
    expect(await refused(holding({ fatG: 0.0001 }))).toEqual(['perHundredGrams.fatG']);
    expect(await refused({ aisle: 'AISLE_UNSPECIFIED' })).toEqual(['aisle']);
  });
});

describe('recipes', () => {
  it('hold what their ingredients hold, a serving, and what can be derived from these', async () => {
    const [lentils, oil, feta] = await Promise.all([
      world.food({ name: 'Lentils', energyCal: 352_000, proteinMg: 24_630, sugarMg: null }),
      world.food({ name: 'Oil', energyCal: 884_000, fatMg: 100_000, densityMgPerMl: 913 }),
      world.food({
        name: 'Feta',
        energyCal: 265_000,
        proteinMg: 14_210,
        origin: 'ANIMAL_PRODUCT',
        allergens: ['MILK'],
      }),
    ]);
    const portions = [
      grams(lentils, 150),
      { ingredientId: oil, amount: 1, unit: 'FOOD_UNIT_TBSP' as const },
      grams(feta, 50),
    ];
    const client = world.as(ada);
    const { recipe } = await client.recipes.createRecipe({
      ...recipeOf(portions, { tags: ['soup'], steps: ['Boil.', 'Eat.'] }),
      idempotencyKey: uuidv7(),
    });
    // 1.5 × 352 + 0.13695 × 884 + 0.5 × 265 = 781.5638 kcal in two servings
    expect(recipe).toMatchObject({
      perServing: { energyKcal: 390.782, proteinG: 22.025, fatG: 6.848, unknown: ['NUTRIENT_SUGAR'] },
      servingG: 106.848,
      dietaryFlags: [
        'DIETARY_FLAG_VEGETARIAN',
        'DIETARY_FLAG_PESCATARIAN',
        'DIETARY_FLAG_GLUTEN_FREE',
        'DIETARY_FLAG_EGG_FREE',
        'DIETARY_FLAG_NUT_FREE',
      ],
      allergens: ['ALLERGEN_MILK'],
      steps: ['Boil.', 'Eat.'],
      ratingCount: 0,
    });
    expect(recipe?.portions).toEqual(portions);
  });

  it('count a serving of a recipe among their own ingredients', async () => {
    const rice = await world.food({ name: 'Rice', energyCal: 365_000 });
    const client = world.as(ada);
    const base = await writeRecipe(client, recipeOf([grams(rice, 300)], { servings: 3 }));
    const id = await writeRecipe(client, recipeOf([servings(base, 2), grams(rice, 50)], { servings: 1 }));
    const { recipes } = await client.recipes.batchGetRecipes({ ids: [id] });
    // 2 × 100 g + 50 g
    expect(recipes[0]).toMatchObject({ perServing: { energyKcal: 912.5 }, servingG: 250 });
  });

  it('never lead back to themselves, whoever writes them at the same time', async () => {
    const salt = await world.food({ name: 'Salt' });
    const { recipes } = world.as(ada);
    const [a, b] = await Promise.all([
      writeRecipe(world.as(ada), recipeOf([grams(salt, 1)])),
      writeRecipe(world.as(ada), recipeOf([grams(salt, 1)])),
    ]);
    const nest = (recipeId: string, inner: string) =>
      recipes.updateRecipe({
        recipeId,
        ...recipeOf([grams(salt, 1), servings(inner, 1)]),
        expectedVersion: 1,
      });
    const outcomes = await Promise.allSettled([nest(a, b), nest(b, a)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusalOf(nest(a, a).catch((error) => Promise.reject(error)))).toMatchObject({
      code: expect.stringMatching(/INVALID_ARGUMENT|CONFLICT/),
    });
    const c = await writeRecipe(world.as(ada), recipeOf([grams(salt, 1)]));
    expect(await refusalOf(nest(c, c))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'portions.1.recipeId', message: expect.stringContaining('contains') }],
    });
  });

  it('nest five deep and no deeper', async () => {
    const salt = await world.food({ name: 'Salt' });
    let id = await writeRecipe(world.as(ada), recipeOf([grams(salt, 2)], { servings: 1 }));
    for (let depth = 2; depth <= 5; depth++) {
      id = await writeRecipe(world.as(ada), recipeOf([servings(id, 1)], { servings: 1 }));
    }
    const { recipes } = await world.as(ada).recipes.batchGetRecipes({ ids: [id] });
    expect(recipes[0]?.servingG).toBe(2);
    const deeper = writeRecipe(world.as(ada), recipeOf([servings(id, 1)]));
    expect(await refusalOf(deeper)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'portions.0.recipeId' }],
    });
  });

  it.each(doorNames)('are refused with each field that is wrong through the %s door', async (door) => {
    const [egg, salt] = await Promise.all([
      world.food({ name: 'Egg', pieceMg: 50_000 }),
      world.food({ name: 'Salt' }),
    ]);
    const refused = async (change: object) => {
      const recipe = recipeOf([grams(egg, 1)], change);
      const call = world.as(ada, door).recipes.createRecipe({ ...recipe, idempotencyKey: uuidv7() });
      const { code, fields } = await refusalOf(call);
      expect(code).toBe('INVALID_ARGUMENT');
      return fields.map(({ path }) => path);
    };
    expect(await refused({ portions: [] })).toEqual(['portions']);
    expect(await refused({ portions: [grams(egg, 0)] })).toEqual(['portions.0.amount']);
    expect(await refused({ portions: [{ ingredientId: egg, amount: 1 }] })).toEqual(['portions.0.unit']);
    expect(
      await refused({
        portions: [
          grams(uuidv7(), 5),
          { ingredientId: salt, amount: 1, unit: 'FOOD_UNIT_PIECE' },
          { ingredientId: egg, amount: 1, unit: 'FOOD_UNIT_ML' },
          { ingredientId: egg, amount: 2, unit: 'FOOD_UNIT_PIECE' },
          servings(uuidv7(), 1),
        ],
      }),
    ).toEqual(['portions.0.ingredientId', 'portions.1.unit', 'portions.2.unit', 'portions.4.recipeId']);
    expect(await refused({ servings: 0 })).toEqual(['servings']);
    expect(await refused({ tags: ['Soup'] })).toEqual(['tags.0']);
  });

  it('are seen by whom their owner shares them with', async () => {
    const [trainer, client, stranger] = await Promise.all([
      world.signUp('Trainer', 'TRAINER'),
      world.signUp('Client'),
      world.signUp('Stranger'),
    ]);
    await world.grant(client, trainer, 'WORKOUTS');
    const salt = await world.food({ name: 'Salt' });
    const tag = uuidv7().slice(-12);
    const write = (sharing: 'RECIPE_SHARING_PRIVATE' | 'RECIPE_SHARING_CLIENTS' | 'RECIPE_SHARING_PUBLIC') =>
      writeRecipe(world.as(trainer), recipeOf([grams(salt, 1)], { sharing, tags: [tag] }));
    const own = await write('RECIPE_SHARING_PRIVATE');
    const shared = await write('RECIPE_SHARING_CLIENTS');
    const open = await write('RECIPE_SHARING_PUBLIC');
    const seenBy = async (person: Person) => {
      const { edges } = await world.as(person).recipes.searchRecipes({ tag });
      const { recipes } = await world.as(person).recipes.batchGetRecipes({ ids: [own, shared, open] });
      expect(recipes.map(({ id }) => id).sort()).toEqual(edges.map(({ recipe }) => recipe?.id).sort());
      return edges.map(({ recipe }) => recipe?.id);
    };
    expect(await seenBy(trainer)).toEqual([open, shared, own]);
    expect(await seenBy(client)).toEqual([open, shared]);
    expect(await seenBy(stranger)).toEqual([open]);
    const takeIn = writeRecipe(world.as(stranger), recipeOf([servings(shared, 1)]));
    expect(await refusalOf(takeIn)).toMatchObject({ fields: [{ path: 'portions.0.recipeId' }] });
    await world.as(trainer).recipes.deleteRecipe({ recipeId: open });
    expect(await seenBy(stranger)).toEqual([]);
  });

  it.each(doorNames)('count an empty text as none (%s)', async (door) => {
    const salt = await world.food({ name: 'Salt' });
    const { recipes } = world.as(await world.signUp('Silent'), door);
    const request = { ...recipeOf([grams(salt, 1)], { description: ' ' }), idempotencyKey: uuidv7() };
    const { recipe } = await recipes.createRecipe(request);
    expect(recipe?.description).toBeUndefined();
    const { edges } = await recipes.searchRecipes({ text: '', tag: '', ownOnly: true });
    expect(edges).toHaveLength(1);
  });

  it('are rated once by each of the others', async () => {
    const salt = await world.food({ name: 'Salt' });
    const recipeId = await writeRecipe(
      world.as(ada),
      recipeOf([grams(salt, 1)], { sharing: 'RECIPE_SHARING_PUBLIC' }),
    );
    const alan = await world.signUp('Alan');
    await world.as(grace).recipes.rateRecipe({ recipeId, stars: 2 });
    await world.as(grace).recipes.rateRecipe({ recipeId, stars: 5 });
    const { recipe } = await world.as(alan).recipes.rateRecipe({ recipeId, stars: 4 });
    expect(recipe).toMatchObject({ averageStars: 4.5, ratingCount: 2, ownStars: 4 });
    expect(await refusalOf(world.as(ada).recipes.rateRecipe({ recipeId, stars: 5 }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    expect(await refusalOf(world.as(alan).recipes.rateRecipe({ recipeId, stars: 6 }))).toMatchObject({
      fields: [{ path: 'stars' }],
    });
  });
});
