import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { FoodPortion } from './contents.ts';
import { wordsQuery } from './words.ts';

export type RecipeSharing = 'PRIVATE' | 'CLIENTS' | 'PUBLIC';

/** A recipe as somebody sees it, without what is computed from its ingredients. */
export interface RecipeRow {
  id: string;
  /** Null where their account was erased. */
  ownerId: string | null;
  title: string;
  /** Null where there is none. */
  description: string | null;
  servings: number;
  portions: FoodPortion[];
  steps: string[];
  tags: string[];
  sharing: RecipeSharing;
  version: number;
  createdAt: Date;
  /** Null where nobody has rated it. */
  averageStars: number | null;
  ratingCount: number;
  /** Null where the viewer has not rated it. */
  ownStars: number | null;
}

/** Sort keys of a list of recipes: when it was written (milliseconds since 1970), then the id. */
export type RecipeKeys = [createdAt: number, id: string];

export const recipeCursor = defineCursor<RecipeKeys>('diet.recipes', z.tuple([cursorInstant, z.uuid()]));

export interface RecipeSearch {
  text?: string | undefined;
  tag?: string | undefined;
  ownOnly: boolean;
}

/** Recipes that somebody may see; one statement a read. */
export function createRecipeReads(db: Database<unknown>) {
  return {
    /** The viewer's own, and those that others share with them; newest first. */
    async search(
      viewerId: string,
      { text, tag, ownOnly }: RecipeSearch,
      window: PageWindow<RecipeKeys>,
      signal?: AbortSignal,
    ): Promise<Page<RecipeRow>> {
      const values: [string, boolean, string | null, string | null] = [
        viewerId,
        ownOnly,
        wordsQuery(text),
        tag || null,
      ];
      const rows = await readWindow(db, SEARCH, values, window, signal);
      return pageOf(rows, window, recipeCursor, (row) => [row.createdAt.getTime(), row.id]);
    },

    /** Those among these ids that the viewer may see. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<RecipeRow[]> {
      return db.query(VISIBLE_RECIPES, [viewerId, ids], signal);
    },

    /** Those among these ids that the viewer may take into what they write. */
    async listUsable(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<string[]> {
      if (ids.length === 0) return [];
      const rows = await db.query(USABLE, [viewerId, ids], signal);
      return rows.map(({ id }) => id);
    },
  };
}

/** $1 is the viewer. */
const RECIPE = `
  SELECT r.id, r.owner_id AS "ownerId", r.title, r.description, r.servings, COALESCE(r.steps, '{}') AS steps, COALESCE(r.tags, '{}') AS tags, r.sharing::text AS sharing,
    r.version, r.created_at AS "createdAt", rated.average AS "averageStars", rated.count AS "ratingCount",
    rated.own AS "ownStars", COALESCE((
      SELECT json_agg(json_build_object('ingredientId', l.ingredient_id, 'recipeId', l.sub_recipe_id,
        'amountMilli', l.amount_milli, 'unit', l.unit) ORDER BY l.position)
      FROM recipe_lines l WHERE l.recipe_id = r.id
    ), '[]') AS portions
  FROM recipes r CROSS JOIN LATERAL (
    SELECT avg(stars)::float8 AS average, count(*)::int AS count, max(stars) FILTER (WHERE user_id = $1) AS own
    FROM recipe_ratings WHERE recipe_id = r.id
  ) rated`;

/** $1 is the viewer. Clients are asked of the copy of the grants, and only while that is fresh (platform/grants). */
const SHARED = `(
  r.sharing = 'PUBLIC' OR (
    r.sharing = 'CLIENTS'
    AND EXISTS (SELECT FROM trainer_grants g WHERE g.trainer_id = r.owner_id AND g.client_id = $1)
    AND EXISTS (SELECT FROM trainer_grants_freshness WHERE complete_at > clock_timestamp() - interval '2 seconds')
  )
)`;

/** $1 is the viewer. What stands in a plan stays to be seen by the two whom the plan is about. */
const VISIBLE = `(
  (r.deleted_at IS NULL AND (r.owner_id = $1 OR ${SHARED}))
  OR EXISTS (
    SELECT FROM meal_plan_portions p JOIN meal_plans m ON m.id = p.meal_plan_id
    WHERE p.recipe_id = r.id AND (m.user_id = $1 OR m.author_id = $1)
  )
)`;

export const VISIBLE_RECIPES = sql<[viewerId: string, ids: readonly string[]], RecipeRow>(
  `${RECIPE} WHERE r.id = ANY ($2::uuid[]) AND ${VISIBLE}`,
);

export const USABLE = sql<[viewerId: string, ids: readonly string[]], { id: string }>(
  `SELECT r.id FROM recipes r WHERE r.id = ANY ($2::uuid[]) AND ${VISIBLE}`,
);

export const SEARCH = paged<
  [viewerId: string, ownOnly: boolean, words: string | null, tag: string | null],
  RecipeRow,
  RecipeKeys
>(
  {
    by: [
      ['r.created_at', 'timestamptz'],
      ['r.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    ${RECIPE}
    WHERE r.deleted_at IS NULL AND (r.owner_id = $1 OR (NOT $2 AND ${SHARED}))
      AND ($3::text IS NULL OR to_tsvector('simple', r.title) @@ to_tsquery('simple', $3))
      AND ($4::text IS NULL OR r.tags @> ARRAY[$4]) AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);
