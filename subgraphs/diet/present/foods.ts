import type { z } from 'zod';
import type { Ingredient__Output } from '#gen/proto/fitme/diet/v1/Ingredient.ts';
import type { Recipe__Output } from '#gen/proto/fitme/diet/v1/Recipe.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { ingredient } from '../requests/ingredients.ts';
import type { recipe } from '../requests/recipes.ts';
import { allergensOf, dietaryFlagsOf } from '../rules/diets.ts';
import { nutrientsOf } from '../rules/nutrients.ts';
import type { Contents } from '../store/contents.ts';
import type { IngredientDraft } from '../store/ingredient-changes.ts';
import type { IngredientView } from '../store/ingredient-reads.ts';
import type { RecipeDraft } from '../store/recipe-changes.ts';
import type { RecipeRow } from '../store/recipe-reads.ts';
import {
  compositionContent,
  compositionFrom,
  compositionMessage,
  fromThousandths,
  moneyMessage,
  nutrientsMessage,
  portionFrom,
  portionMessage,
  thousandths,
} from './amounts.ts';
import { aisles, allergens, dietaryFlags, origins, sharings, sources } from './enums.ts';

/** A food as the proto says it. */
export function ingredientMessage(view: IngredientView): Ingredient__Output {
  return {
    id: view.id,
    ownerId: view.ownerId ?? '',
    name: view.name,
    source: sources.valueOf(view.source),
    sourceId: view.sourceId ?? '',
    perHundredGrams: compositionMessage(view.per100g),
    allergens: allergenValues(view.allergens),
    allergensKnown: view.allergensKnown,
    origin: origins.valueOf(view.origin === 'UNSPECIFIED' ? null : view.origin),
    aisle: aisles.valueOf(view.aisle),
    densityGPerMl: fromThousandths(view.densityMgPerMl ?? 0),
    pieceG: fromThousandths(view.pieceMg ?? 0),
    pricePerKg: view.price && moneyMessage(view.price),
    version: view.version,
  };
}

/** What of a food its owner says, as requests say it. */
export function ingredientContent(view: IngredientView) {
  return { ...ingredientMessage(view), perHundredGrams: compositionContent(view.per100g) };
}

/** A food from a request. */
export function ingredientDraftFrom(content: z.infer<typeof ingredient>): IngredientDraft {
  return {
    name: content.name.trim(),
    per100g: compositionFrom(content.perHundredGrams),
    allergens: content.allergens.map(allergens.requiredNameOf),
    allergensKnown: content.allergensKnown,
    origin: origins.nameOf(content.origin) ?? 'UNSPECIFIED',
    aisle: aisles.requiredNameOf(content.aisle),
    densityMgPerMl: thousandths(content.densityGPerMl) || null,
    pieceMg: thousandths(content.pieceG) || null,
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
    ownerId: row.ownerId ?? '',
    perServing: nutrientsMessage(nutrientsOf(parts, row.servings)),
    servingG: fromThousandths(Math.round(massMg / row.servings)),
    dietaryFlags: dietaryFlagsOf(foods).map(dietaryFlags.valueOf),
    allergens: allergenValues(allergensOf(foods)),
    averageStars: row.averageStars ?? 0,
    ratingCount: row.ratingCount,
    myStars: row.myStars ?? 0,
    version: row.version,
    createdAt: timestampOf(row.createdAt),
  };
}

/** What of a recipe its owner writes, as requests say it. */
export function recipeContent(row: RecipeRow) {
  return {
    title: row.title,
    description: row.description,
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
    description: content.description,
    servings: content.servings,
    portions: content.portions.map(portionFrom),
    steps: content.steps,
    tags: content.tags,
    sharing: sharings.requiredNameOf(content.sharing),
  };
}

/** The database keeps allergens as texts; nobody but this domain writes them. */
function allergenValues(names: readonly string[]) {
  return names.map((name) => allergens.valueOf(name as Parameters<typeof allergens.valueOf>[0]));
}
