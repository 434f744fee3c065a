import type { z } from 'zod';
import type { Ingredient__Output } from '#gen/proto/fitme/diet/v1/Ingredient.ts';
import type { Recipe__Output } from '#gen/proto/fitme/diet/v1/Recipe.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { ingredient } from '../../requests/ingredients.ts';
import type { recipe } from '../../requests/recipes.ts';
import { allergensOf, dietaryFlagsOf } from '../../rules/diets.ts';
import { nutrientsOf } from '../../rules/nutrients.ts';
import type { Contents } from '../../store/contents.ts';
import type { IngredientDraft } from '../../store/ingredient-changes.ts';
import type { IngredientView } from '../../store/ingredient-reads.ts';
import type { RecipeDraft } from '../../store/recipe-changes.ts';
import type { RecipeRow } from '../../store/recipe-reads.ts';
import {
  compositionFrom,
  compositionMessage,
  fromThousandths,
  kept,
  moneyMessage,
  nutrientsMessage,
  portionFrom,
  portionMessage,
  said,
} from './amounts.ts';
import { aisles, allergens, dietaryFlags, origins, sharings, sources } from './enums.ts';

/** A food as the proto says it. */
export function ingredientMessage(view: IngredientView) {
  return {
    id: view.id,
    ownerId: view.ownerId ?? undefined,
    name: view.name,
    source: sources.valueOf(view.source),
    sourceId: view.sourceId ?? undefined,
    perHundredGrams: compositionMessage(view.per100g),
    allergens: view.allergens.map(allergens.valueOf),
    allergensKnown: view.allergensKnown,
    origin: origins.valueOf(view.origin),
    aisle: aisles.valueOf(view.aisle),
    densityGPerMl: said(view.densityMgPerMl),
    pieceG: said(view.pieceMg),
    pricePerKg: view.price && moneyMessage(view.price),
    version: view.version,
  } satisfies Ingredient__Output;
}

/** A food from a request. */
export function ingredientDraftFrom(content: z.infer<typeof ingredient>): IngredientDraft {
  return {
    name: content.name.trim(),
    per100g: compositionFrom(content.perHundredGrams),
    allergens: content.allergens.map(allergens.requiredNameOf),
    allergensKnown: content.allergensKnown,
    origin: origins.nameOf(content.origin),
    aisle: aisles.requiredNameOf(content.aisle),
    densityMgPerMl: kept(content.densityGPerMl),
    pieceMg: kept(content.pieceG),
  };
}

/** A recipe as the proto says it, with what is computed from its ingredients. */
export function recipeMessage(row: RecipeRow, contents: Contents): Recipe__Output {
  const parts = contents.partsOfRecipe(row.id);
  const foods = parts.map(({ food }) => food);
  const massMg = parts.reduce((sum, part) => sum + part.massMg, 0);
  return {
    ...recipeContent(row),
    id: row.id,
    ownerId: row.ownerId ?? undefined,
    perServing: nutrientsMessage(nutrientsOf(parts, row.servings)),
    servingG: fromThousandths(Math.round(massMg / row.servings)),
    dietaryFlags: dietaryFlagsOf(foods).map(dietaryFlags.valueOf),
    allergens: allergensOf(foods).map(allergens.valueOf),
    averageStars: row.averageStars ?? undefined,
    ratingCount: row.ratingCount,
    ownStars: row.ownStars ?? undefined,
    version: row.version,
    createdAt: timestampOf(row.createdAt),
  };
}

/** What of a recipe its owner writes, as requests say it. */
export function recipeContent(row: RecipeRow) {
  return {
    title: row.title,
    description: row.description ?? undefined,
    servings: row.servings,
    portions: row.portions.map(portionMessage),
    steps: row.steps,
    tags: row.tags,
    sharing: sharings.valueOf(row.sharing),
  };
}

/** A recipe from a request. */
export function recipeDraftFrom(content: z.infer<typeof recipe>): RecipeDraft {
  return {
    title: content.title.trim(),
    description: content.description?.trim() || null,
    servings: content.servings,
    portions: content.portions.map(portionFrom),
    steps: content.steps,
    tags: content.tags,
    sharing: sharings.requiredNameOf(content.sharing),
  };
}
