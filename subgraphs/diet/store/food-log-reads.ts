import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { Nutrients } from '../rules/nutrients.ts';
import type { Target } from '../rules/objective.ts';
import type { FoodPortion } from './contents.ts';
import type { MealKind } from './plan-reads.ts';

/** Something that was eaten. */
export interface FoodEntryRow {
  id: string;
  userId: string;
  /** ISO 8601. */
  day: string;
  meal: MealKind;
  portion: FoodPortion;
  nutrients: Nutrients;
  loggedAt: Date;
}

/** A page of what somebody ate. */
export interface FoodEntriesPage {
  userId: string;
  page: Page<FoodEntryRow>;
}

/** What was eaten on a day, as far as sums ask. */
export interface EatenRow {
  userId: string;
  day: string;
  meal: MealKind;
  nutrients: Nutrients;
}

/** A day that is over. */
export interface ClosedDayRow {
  userId: string;
  day: string;
  closedAt: Date;
  withinTarget: boolean;
  targets: Target[];
}

/** Days from one to another, both included; null for no bound. ISO 8601. */
export interface DayRange {
  from: string | null;
  to: string | null;
}

export type FoodEntryKeys = [day: string, loggedAt: number, id: string];

/** Cursors of what somebody ate. */
export function foodEntryCursor(userId: string) {
  return defineCursor<FoodEntryKeys>(
    `diet.food-entries.${userId}`,
    z.tuple([z.iso.date(), cursorInstant, z.uuid()]),
  );
}

/** The food log; one statement a read. Who may see it is the caller's affair. */
export function createFoodLogReads(db: Database<unknown>) {
  return {
    /** The same window on what each of these people ate, the latest first. */
    async list(
      userIds: readonly string[],
      { from, to }: DayRange,
      window: PageWindow<FoodEntryKeys>,
      signal?: AbortSignal,
    ): Promise<FoodEntriesPage[]> {
      const rows = await readWindow(db, ENTRIES, [userIds, from, to], window, signal);
      const byPerson = Map.groupBy(rows, ({ userId }) => userId);
      return userIds.map((userId) => ({
        userId,
        page: pageOf(byPerson.get(userId) ?? [], window, foodEntryCursor(userId), (row) => [
          row.day,
          row.loggedAt.getTime(),
          row.id,
        ]),
      }));
    },

    /** Those that there are. */
    get(ids: readonly string[], signal?: AbortSignal): Promise<FoodEntryRow[]> {
      return db.query(GET_ENTRIES, [ids], signal);
    },

    /** All that these people ate on these days. */
    listEaten(
      userIds: readonly string[],
      { from, to }: { from: string; to: string },
      signal?: AbortSignal,
    ): Promise<EatenRow[]> {
      return db.query(EATEN, [userIds, from, to], signal);
    },

    /** Those of these people's days that are over. */
    listClosed(
      userIds: readonly string[],
      { from, to }: { from: string; to: string },
      signal?: AbortSignal,
    ): Promise<ClosedDayRow[]> {
      return db.query(CLOSED_DAYS, [userIds, from, to], signal);
    },

    /** Open days up to one, by day and person, behind these: for whoever closes them. */
    listOpen(
      upToDay: string,
      behind: { day: string; userId: string },
      limit: number,
      signal?: AbortSignal,
    ): Promise<{ userId: string; day: string }[]> {
      return db.query(OPEN_DAYS, [upToDay, behind.day, behind.userId, limit], signal);
    },
  };
}

const ENTRY = `
  SELECT e.id, e.user_id AS "userId", e.day::text AS day, e.meal::text AS meal, e.nutrients,
    e.logged_at AS "loggedAt", json_build_object('ingredientId', e.ingredient_id, 'recipeId', e.recipe_id,
      'amountMilli', e.amount_milli, 'unit', e.unit) AS portion
  FROM food_entries e`;

export const ENTRIES = paged<
  [userIds: readonly string[], from: string | null, to: string | null],
  FoodEntryRow,
  FoodEntryKeys
>(
  {
    by: [
      ['e.day', 'date'],
      ['e.logged_at', 'timestamptz'],
      ['e.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT found.* FROM unnest($1::uuid[]) AS person (id) CROSS JOIN LATERAL (
      ${ENTRY} WHERE e.user_id = person.id
        AND ($2::date IS NULL OR e.day >= $2::date) AND ($3::date IS NULL OR e.day <= $3::date) AND ${behind}
      ORDER BY ${order} LIMIT ${limit}
    ) found`,
);

export const GET_ENTRIES = sql<[ids: readonly string[]], FoodEntryRow>(
  `${ENTRY} WHERE e.id = ANY ($1::uuid[])`,
);

type DaysOfPeople = [userIds: readonly string[], from: string, to: string];

export const EATEN = sql<DaysOfPeople, EatenRow>(`
  SELECT user_id AS "userId", day::text AS day, meal::text AS meal, nutrients FROM food_entries
  WHERE user_id = ANY ($1::uuid[]) AND day BETWEEN $2::date AND $3::date`);

export const CLOSED_DAYS = sql<DaysOfPeople, ClosedDayRow, 'closedAt' | 'withinTarget' | 'targets'>(`
  SELECT user_id AS "userId", day::text AS day, closed_at AS "closedAt", within_target AS "withinTarget", targets
  FROM diet_days
  WHERE user_id = ANY ($1::uuid[]) AND day BETWEEN $2::date AND $3::date AND closed_at IS NOT NULL`);

export const OPEN_DAYS = sql<
  [upToDay: string, behindDay: string, behindUserId: string, limit: number],
  { userId: string; day: string }
>(`
  SELECT user_id AS "userId", day::text AS day FROM diet_days
  WHERE closed_at IS NULL AND day <= $1::date AND (day, user_id) > ($2::date, $3::uuid)
  ORDER BY day, user_id LIMIT $4`);
