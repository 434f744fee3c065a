import { signUpAs } from '#tests/people.ts';
import { create } from './create.ts';
import type { MakeUpdateCases } from './update-case.ts';

const PORTION = 'ingredientId: ingredient { id } recipeId: recipe { id } amount unit';

export const dietUpdates: MakeUpdateCases = async (network) => {
  const { token } = await signUpAs(network, 'TRAINER', 'Dora');
  const make = create(network, 'diet', token);

  const ingredient = {
    name: 'Peanut bar',
    perHundredGrams: {
      ...{ energyKcal: 480.5, proteinG: 12, carbohydrateG: 50, sugarG: 30, fatG: 25, saturatedFatG: 5 },
      ...{ fibreG: 6, saltG: 1 },
    },
    allergens: ['PEANUTS'],
    allergensKnown: true,
    origin: 'PLANT',
    aisle: 'SWEETS',
    densityGPerMl: 0.8,
    pieceG: 40,
  };
  const ingredientId = await make('createIngredient', 'CreateIngredientInput', 'ingredient { id }', {
    ...ingredient,
  });
  const portions = [{ ingredientId, recipeId: null, amount: 2, unit: 'PIECE' }];
  const recipe = {
    title: 'Dessert',
    description: 'Out of the freezer.',
    servings: 2,
    portions,
    steps: ['Crumble.', 'Serve.'],
    tags: ['sweet'],
    sharing: 'CLIENTS',
  };
  const recipeId = await make('createRecipe', 'CreateRecipeInput', 'recipe { id }', { ...recipe });
  const mealPlan = {
    title: 'A sweet day',
    startsOn: '2026-11-02',
    days: [{ meals: [{ kind: 'SNACK', portions }] }, { meals: [] }],
  };
  const mealPlanId = await make('createMealPlan', 'CreateMealPlanInput', 'mealPlan { id }', { ...mealPlan });

  const common = { domain: 'diet', token };
  return [
    {
      ...common,
      mutation: 'updateIngredient',
      key: { ingredientId },
      selection: `ingredient {
        name allergens allergensKnown origin aisle densityGPerMl pieceG version
        perHundredGrams { energyKcal proteinG carbohydrateG sugarG fatG saturatedFatG fibreG saltG }
      }`,
      whole: ingredient,
      none: {
        ...{ allergens: [], origin: null, densityGPerMl: null, pieceG: null },
        ...{ 'perHundredGrams.sugarG': null, 'perHundredGrams.saturatedFatG': null },
        ...{ 'perHundredGrams.fibreG': null, 'perHundredGrams.saltG': null },
      },
      alsoTaken: { allergens: { allergensKnown: false } },
    },
    {
      ...common,
      mutation: 'updateRecipe',
      key: { recipeId },
      selection: `recipe { title description servings steps tags sharing version portions { ${PORTION} } }`,
      whole: recipe,
      none: { description: null, steps: [], tags: [] },
    },
    {
      ...common,
      mutation: 'updateMealPlan',
      key: { mealPlanId },
      selection: `mealPlan { title startsOn version days { meals { kind portions { ${PORTION} } } } }`,
      whole: mealPlan,
      none: {},
      notKept: ['override'],
    },
  ];
};
