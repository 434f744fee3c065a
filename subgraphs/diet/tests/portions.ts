import { v7 as uuidv7 } from 'uuid';
import type { MealPlanDraft } from '#gen/proto/fitme/diet/v1/MealPlanDraft.ts';
import type { Portion } from '#gen/proto/fitme/diet/v1/Portion.ts';
import type { RecipeDraft } from '#gen/proto/fitme/diet/v1/RecipeDraft.ts';
import type { DietClient } from './world.ts';

/** Grams of a food. */
export function grams(ingredientId: string, amount: number): Portion {
  return { ingredientId, amount, unit: 'UNIT_G' };
}

/** Servings of a recipe. */
export function servings(recipeId: string, amount: number): Portion {
  return { recipeId, amount, unit: 'UNIT_SERVING' };
}

/** A private recipe for two. */
export function recipeOf(portions: Portion[], change: RecipeDraft = {}): RecipeDraft {
  return { title: 'Stew', servings: 2, portions, sharing: 'SHARING_PRIVATE', ...change };
}

/** The id of a new recipe. */
export async function writeRecipe(client: DietClient, recipe: RecipeDraft): Promise<string> {
  const { recipe: written } = await client.recipes.createRecipe({ recipe, idempotencyKey: uuidv7() });
  return written?.id ?? '';
}

/** A plan with one lunch a day. */
export function planOf(days: Portion[][], change: MealPlanDraft = {}): MealPlanDraft {
  return {
    title: 'A week',
    startsOn: '2026-11-02',
    days: days.map((portions) => ({ meals: [{ kind: 'MEAL_KIND_LUNCH', portions }] })),
    ...change,
  };
}
