import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { FoodPortion } from './contents.ts';

export type MealKind = 'BREAKFAST' | 'LUNCH' | 'DINNER' | 'SNACK';

/** A meal of a plan's day. */
export interface MealPlanMeal {
  kind: MealKind;
  portions: FoodPortion[];
}

/** A day of a plan: its meals. */
export type MealPlanDay = MealPlanMeal[];

/** A plan. */
export interface MealPlanRow {
  id: string;
  userId: string;
  /** Null where their account was erased. */
  authorId: string | null;
  title: string;
  /** ISO 8601. */
  startsOn: string;
  days: MealPlanDay[];
  version: number;
  createdAt: Date;
}

/** A page of somebody's plans. */
export interface MealPlansPage {
  userId: string;
  page: Page<MealPlanRow>;
}

/** Sort keys of somebody's plans: the first day, then the id. */
export type MealPlanKeys = [startsOn: string, id: string];

/** Cursors of somebody's plans. */
export function mealPlanCursor(userId: string) {
  return defineCursor<MealPlanKeys>(`diet.meal-plans.${userId}`, z.tuple([z.iso.date(), z.uuid()]));
}

/** Plans; one statement a read. Who may see them is the caller's affair. */
export function createPlanReads(db: Database<unknown>) {
  return {
    /** The same window on the plans of each of these people, the one that starts last first. */
    async list(
      userIds: readonly string[],
      window: PageWindow<MealPlanKeys>,
      signal?: AbortSignal,
    ): Promise<MealPlansPage[]> {
      const rows = await readWindow(db, PLANS, [userIds], window, signal);
      const byPerson = Map.groupBy(rows.map(planOf), ({ userId }) => userId);
      return userIds.map((userId) => ({
        userId,
        page: pageOf(byPerson.get(userId) ?? [], window, mealPlanCursor(userId), (row) => [
          row.startsOn,
          row.id,
        ]),
      }));
    },

    /** Those that there are. */
    async get(ids: readonly string[], signal?: AbortSignal): Promise<MealPlanRow[]> {
      const rows = await db.query(GET_PLANS, [ids], signal);
      return rows.map(planOf);
    },
  };
}

type FlatPortion = FoodPortion & { dayIndex: number; mealIndex: number; meal: MealKind };
type PlanRow = Omit<MealPlanRow, 'days'> & { dayCount: number; portions: FlatPortion[] };

const PLAN = `
  SELECT m.id, m.user_id AS "userId", m.author_id AS "authorId", m.title, m.starts_on::text AS "startsOn",
    m.day_count AS "dayCount", m.version, m.created_at AS "createdAt", COALESCE((
      SELECT json_agg(json_build_object('dayIndex', p.day_index, 'mealIndex', p.meal_index, 'meal', p.meal,
        'ingredientId', p.ingredient_id, 'recipeId', p.recipe_id, 'amountMilli', p.amount_milli, 'unit', p.unit)
        ORDER BY p.day_index, p.meal_index, p.position)
      FROM meal_plan_portions p WHERE p.meal_plan_id = m.id
    ), '[]') AS portions
  FROM meal_plans m`;

export const PLANS = paged<[userIds: readonly string[]], PlanRow, MealPlanKeys>(
  {
    by: [
      ['m.starts_on', 'date'],
      ['m.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT found.* FROM unnest($1::uuid[]) AS person (id) CROSS JOIN LATERAL (
      ${PLAN} WHERE m.user_id = person.id AND ${behind} ORDER BY ${order} LIMIT ${limit}
    ) found`,
);

export const GET_PLANS = sql<[ids: readonly string[]], PlanRow>(`${PLAN} WHERE m.id = ANY ($1::uuid[])`);

function planOf({ dayCount, portions, ...plan }: PlanRow): MealPlanRow {
  const days: MealPlanDay[] = Array.from({ length: dayCount }, () => []);
  for (const { dayIndex, mealIndex, meal, ...portion } of portions) {
    const day = days[dayIndex] ?? [];
    day[mealIndex] ??= { kind: meal, portions: [] };
    day[mealIndex].portions.push(portion);
  }
  return { ...plan, days };
}
