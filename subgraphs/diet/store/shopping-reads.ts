import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { Aisle } from '../rules/shopping.ts';

/** Something to be bought. */
export interface ShoppingItemRow {
  id: string;
  shoppingListId: string;
  ingredientId: string;
  name: string;
  aisle: Aisle;
  amountMg: number;
  /** Thousandths of a millilitre; null without a density. */
  amountUl: number | null;
  pieces: number | null;
  costMinor: number | null;
  currency: string | null;
  tickedById: string | null;
  /** ISO 8601 with time zone; null while it is open. */
  tickedAt: string | null;
}

/** A list as somebody sees it. */
export interface ShoppingListView {
  id: string;
  ownerId: string;
  title: string;
  /** It may be gone since. */
  mealPlanId: string;
  fromDay: string;
  toDay: string;
  /** Thousandths. */
  servingsFactor: number;
  items: ShoppingItemRow[];
  /** Who shares it beside its owner. */
  memberIds: string[];
  createdAt: Date;
}

export type ShoppingListKeys = [createdAt: number, id: string];

export const shoppingListCursor = defineCursor<ShoppingListKeys>(
  'diet.shopping-lists',
  z.tuple([cursorInstant, z.uuid()]),
);

/** Lists that somebody shares; one statement a read. */
export function createShoppingReads(db: Database<unknown>) {
  return {
    /** Newest first. */
    async list(
      viewerId: string,
      window: PageWindow<ShoppingListKeys>,
      signal?: AbortSignal,
    ): Promise<Page<ShoppingListView>> {
      const rows = await readWindow(db, LISTS, [viewerId], window, signal);
      return pageOf(rows, window, shoppingListCursor, (row) => [row.createdAt.getTime(), row.id]);
    },

    /** Those among these ids that the viewer shares. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<ShoppingListView[]> {
      return db.query(GET_LISTS, [viewerId, ids], signal);
    },

    /** Those among these ids that stand on lists that the viewer shares. */
    async getItems(
      viewerId: string,
      ids: readonly string[],
      signal?: AbortSignal,
    ): Promise<ShoppingItemRow[]> {
      const rows = await db.query(ITEMS, [viewerId, ids], signal);
      return rows.map(({ item }) => item);
    },

    /** The part of a list's topic that somebody may see; null where there is none. */
    async findInterval(
      viewerId: string,
      shoppingListId: string,
      signal?: AbortSignal,
    ): Promise<{ joinedSeq: number; leftSeq: number | null } | null> {
      const [row] = await db.query(INTERVAL, [viewerId, shoppingListId], signal);
      return row ?? null;
    },
  };
}

const ITEM = `
  json_build_object('id', t.id, 'shoppingListId', t.shopping_list_id, 'ingredientId', t.ingredient_id,
    'name', t.name, 'aisle', t.aisle, 'amountMg', t.amount_mg, 'amountUl', t.amount_ul, 'pieces', t.pieces,
    'costMinor', t.cost_minor, 'currency', t.currency, 'tickedById', t.ticked_by_id, 'tickedAt', t.ticked_at)`;

/** $1 is the viewer. */
const LIST = `
  SELECT s.id, s.owner_id AS "ownerId", s.title, s.meal_plan_id AS "mealPlanId", s.from_day::text AS "fromDay",
    s.to_day::text AS "toDay", s.servings_factor AS "servingsFactor", s.created_at AS "createdAt",
    COALESCE((
      SELECT json_agg(${ITEM} ORDER BY t.aisle, t.name, t.id)
      FROM shopping_items t WHERE t.shopping_list_id = s.id
    ), '[]') AS items,
    ARRAY(
      SELECT m.user_id::text FROM shopping_list_members m
      WHERE m.shopping_list_id = s.id AND m.left_seq IS NULL AND m.user_id <> s.owner_id ORDER BY m.joined_seq
    ) AS "memberIds"
  FROM shopping_list_members v JOIN shopping_lists s ON s.id = v.shopping_list_id
  WHERE v.user_id = $1 AND v.left_seq IS NULL`;

export const LISTS = paged<[viewerId: string], ShoppingListView, ShoppingListKeys>(
  {
    by: [
      ['s.created_at', 'timestamptz'],
      ['s.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `${LIST} AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const GET_LISTS = sql<[viewerId: string, ids: readonly string[]], ShoppingListView>(
  `${LIST} AND s.id = ANY ($2::uuid[])`,
);

export const ITEMS = sql<[viewerId: string, ids: readonly string[]], { item: ShoppingItemRow }>(`
  SELECT ${ITEM} AS item FROM shopping_items t
  JOIN shopping_list_members v ON v.shopping_list_id = t.shopping_list_id AND v.user_id = $1 AND v.left_seq IS NULL
  WHERE t.id = ANY ($2::uuid[])`);

export const INTERVAL = sql<
  [viewerId: string, shoppingListId: string],
  { joinedSeq: number; leftSeq: number | null }
>(`
  SELECT joined_seq AS "joinedSeq", left_seq AS "leftSeq" FROM shopping_list_members
  WHERE user_id = $1 AND shopping_list_id = $2`);
