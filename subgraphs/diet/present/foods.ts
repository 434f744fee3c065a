import type { Ingredient__Output } from '#gen/proto/fitme/diet/v1/Ingredient.ts';
import type { IngredientDraft__Output } from '#gen/proto/fitme/diet/v1/IngredientDraft.ts';
import type { Recipe__Output } from '#gen/proto/fitme/diet/v1/Recipe.ts';
import type { RecipeDraft__Output } from '#gen/proto/fitme/diet/v1/RecipeDraft.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { allergensOf, dietaryFlagsOf } from '../rules/diets.ts';
import { nutrientsOf } from '../rules/nutrients.ts';
import type { Contents } from '../store/contents.ts';
import type { IngredientDraft } from '../store/ingredient-changes.ts';
import type { IngredientView } from '../store/ingredient-reads.ts';
import type { RecipeDraft } from '../store/recipe-changes.ts';
import type { RecipeRow } from '../store/recipe-reads.ts';
import {
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

/** A food from a request. */
export function ingredientDraftFrom(draft: IngredientDraft__Output | null): IngredientDraft {
  const { name, perHundredGrams, origin, aisle, densityGPerMl, pieceG, ...rest } = promised(draft);
  return {
    name: name.trim(),
    per100g: compositionFrom(promised(perHundredGrams)),
    allergens: rest.allergens.map(allergens.requiredNameOf),
    origin: origins.nameOf(origin) ?? 'UNSPECIFIED',
    aisle: aisles.requiredNameOf(aisle),
    densityMgPerMl: thousandths(densityGPerMl) || null,
    pieceMg: thousandths(pieceG) || null,
  };
}

/** A recipe as the proto says it, with what is computed from its ingredients. */
export function recipeMessage(row: RecipeRow, contents: Contents): Recipe__Output {
  const parts = contents.partsOfRecipe(row.id);
  const foods = parts.map(({ food }) => food);
  const massMg = parts.reduce((sum, part) => sum + part.massMg, 0);
  return {
    id: row.id,
    ownerId: row.ownerId ?? '',
    title: row.title,
    description: row.description,
    servings: row.servings,
    portions: row.portions.map(portionMessage),
    steps: row.steps,
    tags: row.tags,
    sharing: sharings.valueOf(row.sharing),
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

/** A recipe from a request. */
export function recipeDraftFrom(draft: RecipeDraft__Output | null): RecipeDraft {
  const { sharing, portions, title, ...rest } = promised(draft);
  return {
    ...rest,
    title: title.trim(),
    portions: portions.map(portionFrom),
    sharing: sharings.requiredNameOf(sharing),
  };
}

/** The database keeps allergens as texts; nobody but this domain writes them. */
function allergenValues(names: readonly string[]) {
  return names.map((name) => allergens.valueOf(name as Parameters<typeof allergens.valueOf>[0]));
}
