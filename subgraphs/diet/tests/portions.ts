import { v7 as uuidv7 } from 'uuid';
import type { CreateMealPlanRequest } from '#gen/proto/fitme/diet/v1/CreateMealPlanRequest.ts';
import type { CreateRecipeRequest } from '#gen/proto/fitme/diet/v1/CreateRecipeRequest.ts';
import type { FoodPortion } from '#gen/proto/fitme/diet/v1/FoodPortion.ts';
import type { DietClient } from './world.ts';

/** A recipe as its owner writes it. */
type RecipeContent = Omit<CreateRecipeRequest, 'idempotencyKey'>;

/** A plan as its author writes it. */
type PlanContent = Pick<CreateMealPlanRequest, 'title' | 'startsOn' | 'days'>;

/** Grams of a food. */
export function grams(ingredientId: string, amount: number): FoodPortion {
  return { ingredientId, amount, unit: 'FOOD_UNIT_G' };
}

/** Servings of a recipe. */
export function servings(recipeId: string, amount: number): FoodPortion {
  return { recipeId, amount, unit: 'FOOD_UNIT_SERVING' };
}

/** A private recipe for two. */
export function recipeOf(portions: FoodPortion[], change: RecipeContent = {}): RecipeContent {
  return { title: 'Stew', servings: 2, portions, sharing: 'RECIPE_SHARING_PRIVATE', ...change };
}

/** The id of a new recipe. */
export async function writeRecipe(client: DietClient, recipe: RecipeContent): Promise<string> {
  const { recipe: written } = await client.recipes.createRecipe({ ...recipe, idempotencyKey: uuidv7() });
  return written?.id ?? '';
}

/** A plan with one lunch a day. */
export function planOf(days: FoodPortion[][], change: PlanContent = {}): PlanContent {
  return {
    title: 'A week',
    startsOn: '2026-11-02',
    days: days.map((portions) => ({ meals: [{ kind: 'MEAL_KIND_LUNCH', portions }] })),
    ...change,
  };
}
