import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { Convertible } from '../rules/amounts.ts';
import type { DietFacts } from '../rules/diets.ts';
import type { Composition } from '../rules/nutrients.ts';
import type { Aisle, Money } from '../rules/shopping.ts';
import { wordsQuery } from './words.ts';

/** A food, as far as rules look. */
export interface Food extends Convertible, DietFacts {
  id: string;
  name: string;
  per100g: Composition;
  aisle: Aisle;
}

/** A food as somebody sees it. */
export interface IngredientView extends Food {
  /** Null in the catalogue, and where their account was erased. */
  ownerId: string | null;
  source: 'FDC' | 'OFF' | 'PERSON';
  sourceId: string | null;
  version: number;
  /** What the viewer pays for a kilogram. */
  price: Money | null;
}

/** Sort keys of a list of foods. */
export type IngredientKeys = [name: string, id: string];

export const ingredientCursor = defineCursor<IngredientKeys>(
  'diet.ingredients',
  z.tuple([z.string(), z.uuid()]),
);

/** Foods that somebody may see; one statement a read. */
export function createIngredientReads(db: Database<unknown>) {
  return {
    /** The catalogue and the viewer's own, by name. */
    async search(
      viewerId: string,
      { text, ownOnly }: { text?: string | undefined; ownOnly: boolean },
      window: PageWindow<IngredientKeys>,
      signal?: AbortSignal,
    ): Promise<Page<IngredientView>> {
      const rows = await readWindow(db, SEARCH, [viewerId, ownOnly, wordsQuery(text)], window, signal);
      return pageOf(rows, window, ingredientCursor, (row) => [row.name, row.id]);
    },

    /** Those among these ids that the viewer may see: also what stands in a recipe or a plan that they may see. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<IngredientView[]> {
      return db.query(VISIBLE_INGREDIENTS, [viewerId, ids], signal);
    },

    /** What a person pays for a kilogram of these, by ingredient. */
    async pricesOf(
      userId: string,
      ids: readonly string[],
      signal?: AbortSignal,
    ): Promise<ReadonlyMap<string, Money>> {
      const rows = await db.query(PRICES, [userId, ids], signal);
      return new Map(rows.map(({ ingredientId, ...price }) => [ingredientId, price]));
    },
  };
}

/** The columns of a {@link Food}. */
export const FOOD = `
  i.id, i.name, i.allergens::text[] AS allergens, i.allergens_known AS "allergensKnown", i.origin::text AS origin, i.aisle::text AS aisle,
  i.density_mg_per_ml AS "densityMgPerMl", i.piece_mg AS "pieceMg",
  json_build_object('ENERGY', i.energy_cal, 'PROTEIN', i.protein_mg, 'CARBOHYDRATE', i.carbohydrate_mg,
    'SUGAR', i.sugar_mg, 'FAT', i.fat_mg, 'SATURATED_FAT', i.saturated_fat_mg, 'FIBRE', i.fibre_mg, 'SALT', i.salt_mg)
    AS per100g`;

/** $1 is the viewer. */
const INGREDIENT = `
  SELECT ${FOOD}, i.owner_id AS "ownerId", i.source::text AS source, i.source_id AS "sourceId", i.version,
    CASE WHEN p.currency IS NULL THEN NULL
      ELSE json_build_object('amountMinor', p.amount_minor, 'currency', p.currency) END AS price
  FROM ingredients i LEFT JOIN ingredient_prices p ON p.ingredient_id = i.id AND p.user_id = $1`;

/** $1 is the viewer. Somebody else's food is seen where it stands in what is theirs to see. */
const VISIBLE = `(
  i.source <> 'PERSON' OR i.owner_id = $1
  OR EXISTS (
    SELECT FROM meal_plan_portions p JOIN meal_plans m ON m.id = p.meal_plan_id
    WHERE p.ingredient_id = i.id AND (m.user_id = $1 OR m.author_id = $1)
  )
  OR EXISTS (
    SELECT FROM recipe_lines l JOIN recipes r ON r.id = l.recipe_id
    WHERE l.ingredient_id = i.id AND r.deleted_at IS NULL AND (r.sharing = 'PUBLIC' OR EXISTS (
      SELECT FROM meal_plan_portions p JOIN meal_plans m ON m.id = p.meal_plan_id
      WHERE p.recipe_id = r.id AND (m.user_id = $1 OR m.author_id = $1)
    ))
  )
)`;

export const VISIBLE_INGREDIENTS = sql<[viewerId: string, ids: readonly string[]], IngredientView>(
  `${INGREDIENT} WHERE i.id = ANY ($2::uuid[]) AND ${VISIBLE}`,
);

export const SEARCH = paged<
  [viewerId: string, ownOnly: boolean, words: string | null],
  IngredientView,
  IngredientKeys
>(
  {
    by: [
      ['i.name', 'text'],
      ['i.id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    ${INGREDIENT}
    WHERE (i.owner_id = $1 OR (NOT $2 AND i.source <> 'PERSON'))
      AND ($3::text IS NULL OR to_tsvector('simple', i.name) @@ to_tsquery('simple', $3)) AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

export const PRICES = sql<[userId: string, ids: readonly string[]], Money & { ingredientId: string }>(`
  SELECT ingredient_id AS "ingredientId", amount_minor AS "amountMinor", currency
  FROM ingredient_prices WHERE user_id = $1 AND ingredient_id = ANY ($2::uuid[])`);
