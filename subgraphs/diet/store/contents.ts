import type { Database } from '#platform/db/database.ts';
import { sql } from '#platform/sql/statement.ts';
import { type FoodUnit, massOf } from '../rules/amounts.ts';
import { type Composition, type FoodLine, nutrientNames } from '../rules/nutrients.ts';
import { FOOD, type Food } from './ingredient-reads.ts';

/** What is eaten, and how much of it: an ingredient or a recipe. */
export interface FoodPortion {
  ingredientId: string | null;
  recipeId: string | null;
  /** Thousandths of the unit. */
  amountMilli: number;
  unit: FoodUnit;
}

/** Some of a food. */
export interface FoodPart extends FoodLine {
  food: Food;
}

/** What is in portions, once all that they name is read. */
export interface Contents {
  /** What goes into a portion; empty where what it names is gone. */
  partsOf(portion: FoodPortion): FoodPart[];
  /** What goes into the whole of a recipe, its sub-recipes among it. */
  partsOfRecipe(recipeId: string): FoodPart[];
}

/** Reads what is in portions: at most two statements, however many they are. */
export function createContentReads(db: Database<unknown>) {
  return {
    async load(
      portions: readonly Pick<FoodPortion, 'ingredientId' | 'recipeId'>[],
      signal?: AbortSignal,
    ): Promise<Contents> {
      const recipeIds = unique(portions.map(({ recipeId }) => recipeId));
      const lines = recipeIds.length === 0 ? [] : await db.query(RECIPE_PARTS, [recipeIds], signal);
      const named = portions.map(({ ingredientId }) => ingredientId);
      const foodIds = unique([...named, ...lines.map(({ ingredientId }) => ingredientId)]);
      const foods = foodIds.length === 0 ? [] : await db.query(FOODS, [foodIds], signal);
      return contentsOf(lines, new Map(foods.map((food) => [food.id, food])));
    },
  };
}

/** Ingredients of a whole recipe, by unit. */
interface RecipePart {
  recipeId: string;
  servings: number;
  ingredientId: string;
  amountMilli: number;
  unit: FoodUnit;
}

/** How deep recipes nest at most; writing more is refused. */
export const maximumRecipeDepth = 5;

/**
 * Recipes unfolded down to their ingredients. Numeric divides to at least 16 digits: what sub-recipes contribute is rounded
 * once, to whole milligrams, when its mass is taken.
 */
export const RECIPE_PARTS = sql<[recipeIds: readonly string[]], RecipePart, 'ingredientId'>(`
  WITH RECURSIVE tree (root, recipe_id, factor, depth) AS (
    SELECT id, id, 1::numeric, 1 FROM recipes WHERE id = ANY ($1::uuid[])
    UNION ALL
    SELECT tree.root, line.sub_recipe_id, tree.factor * line.amount_milli / (1000 * sub.servings), tree.depth + 1
    FROM tree JOIN recipe_lines line ON line.recipe_id = tree.recipe_id
      JOIN recipes sub ON sub.id = line.sub_recipe_id
    WHERE tree.depth < ${maximumRecipeDepth}
  )
  SELECT tree.root AS "recipeId", root.servings, line.ingredient_id AS "ingredientId", line.unit,
    sum(tree.factor * line.amount_milli)::float8 AS "amountMilli"
  FROM tree JOIN recipes root ON root.id = tree.root
    JOIN recipe_lines line ON line.recipe_id = tree.recipe_id AND line.ingredient_id IS NOT NULL
  GROUP BY tree.root, root.servings, line.ingredient_id, line.unit
  ORDER BY min(line.position), line.ingredient_id`);

export const FOODS = sql<[ids: readonly string[]], Food>(
  `SELECT ${FOOD} FROM ingredients i WHERE i.id = ANY ($1::uuid[])`,
);

function contentsOf(lines: readonly RecipePart[], foods: ReadonlyMap<string, Food>): Contents {
  const byRecipe = Map.groupBy(lines, ({ recipeId }) => recipeId);
  const contents: Contents = {
    partsOf({ ingredientId, recipeId, amountMilli, unit }) {
      if (recipeId === null) return partOf(foods.get(ingredientId ?? ''), amountMilli, unit);
      const servings = byRecipe.get(recipeId)?.[0]?.servings ?? 1;
      const share = amountMilli / (1_000 * servings);
      return contents
        .partsOfRecipe(recipeId)
        .map((part) => ({ ...part, massMg: Math.round(part.massMg * share) }));
    },
    partsOfRecipe: (recipeId) =>
      (byRecipe.get(recipeId) ?? []).flatMap((line) =>
        partOf(foods.get(line.ingredientId), line.amountMilli, line.unit),
      ),
  };
  return contents;
}

function partOf(food: Food | undefined, amountMilli: number, unit: FoodUnit): FoodPart[] {
  if (food === undefined) return [];
  const { massMg } = massOf(amountMilli, unit, food);
  // A density or a piece's weight that was taken back since: nobody knows any longer how much this is.
  if (massMg === undefined) return [{ food, per100g: NOTHING_KNOWN, massMg: 0 }];
  return [{ food, per100g: food.per100g, massMg }];
}

const NOTHING_KNOWN = Object.fromEntries(nutrientNames.map((name) => [name, null])) as Composition;

function unique(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
