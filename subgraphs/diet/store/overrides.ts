import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import { planOverrideReviewed } from '../events/events.ts';
import type { Warning } from '../rules/targets.ts';

/** A warning as it stood when it was overridden, with the day that it was about. */
export interface RecordedWarning extends Warning {
  /** ISO 8601; null for the average. */
  day: string | null;
}

/** The record of an override. */
export interface OverrideRow {
  id: string;
  /** Null where the plan was deleted. */
  mealPlanId: string | null;
  mealPlanVersion: number;
  userId: string;
  /** Null where their account was erased. */
  actorId: string | null;
  reason: string;
  warnings: RecordedWarning[];
  createdAt: Date;
  reviewerId: string | null;
  reviewedAt: Date | null;
  reviewNote: string | null;
}

export type OverrideKeys = [createdAt: number, id: string];

export const overrideCursor = defineCursor<OverrideKeys>(
  'diet.meal-plan-overrides',
  z.tuple([cursorInstant, z.uuid()]),
);

export interface OverrideFilter {
  /** Whose plans; null for everybody's. */
  userIds: readonly string[] | null;
  /** Null for all. */
  isReviewed: boolean | null;
}

/** Overrides; one statement a read. Who may see them is the caller's affair. */
export function createOverrideStore({ db, now }: StoreOptions<PrismaClient>) {
  return {
    /** Newest first. */
    async list(
      { userIds, isReviewed }: OverrideFilter,
      window: PageWindow<OverrideKeys>,
      signal?: AbortSignal,
    ): Promise<Page<OverrideRow>> {
      const rows = await readWindow(db, OVERRIDES, [userIds, isReviewed], window, signal);
      return pageOf(rows, window, overrideCursor, (row) => [row.createdAt.getTime(), row.id]);
    },

    /** Those that there are. */
    get(ids: readonly string[], signal?: AbortSignal): Promise<OverrideRow[]> {
      return db.query(GET_OVERRIDES, [ids], signal);
    },

    /** People with some that nobody has reviewed. */
    countOpen(
      userIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<{ userId: string; count: number }[]> {
      return db.query(OPEN_OVERRIDES, [userIds], signal);
    },

    /**
     * Marks one reviewed.
     * @throws DomainError FAILED_PRECONDITION where it is reviewed already, or the reviewer made it.
     */
    async review(id: string, reviewerId: string, note: string): Promise<void> {
      await db.transaction(async ({ tx, append }) => {
        const [reviewed] = await tx.mealPlanOverride.updateManyAndReturn({
          where: { id, reviewedAt: null, OR: [{ actorId: null }, { actorId: { not: reviewerId } }] },
          data: { reviewerId, reviewNote: note, reviewedAt: new Date(now()) },
          select: { userId: true },
        });
        if (reviewed === undefined) {
          const present = await tx.mealPlanOverride.findUnique({
            where: { id },
            select: { reviewedAt: true },
          });
          if (present === null) throw notFound('override');
          throw refusedReview(present.reviewedAt !== null);
        }
        const { userId } = reviewed;
        await append(planOverrideReviewed({ mealPlanOverrideId: id, userId, actorId: reviewerId }));
      });
    },
  };
}

const OVERRIDE = `
  SELECT o.id, o.meal_plan_id AS "mealPlanId", o.meal_plan_version AS "mealPlanVersion", o.user_id AS "userId",
    o.actor_id AS "actorId", o.reason, o.warnings, o.created_at AS "createdAt", o.reviewer_id AS "reviewerId",
    o.reviewed_at AS "reviewedAt", o.review_note AS "reviewNote"
  FROM meal_plan_overrides o`;

export const GET_OVERRIDES = sql<[ids: readonly string[]], OverrideRow>(
  `${OVERRIDE} WHERE o.id = ANY ($1::uuid[])`,
);

export const OVERRIDES = paged<
  [userIds: readonly string[] | null, isReviewed: boolean | null],
  OverrideRow,
  OverrideKeys
>(
  {
    by: [
      ['o.created_at', 'timestamptz'],
      ['o.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    ${OVERRIDE}
    WHERE ($1::uuid[] IS NULL OR o.user_id = ANY ($1))
      AND ($2::boolean IS NULL OR (o.reviewed_at IS NOT NULL) = $2) AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

export const OPEN_OVERRIDES = sql<[userIds: readonly string[]], { userId: string; count: number }>(`
  SELECT user_id AS "userId", count(*)::int AS count FROM meal_plan_overrides
  WHERE reviewed_at IS NULL AND user_id = ANY ($1::uuid[]) GROUP BY user_id`);

function refusedReview(isReviewed: boolean): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    isReviewed
      ? 'This override is reviewed already: read what was said to it.'
      : 'You made this override yourself: somebody else has to review it.',
    { reason: isReviewed ? 'OVERRIDE_REVIEWED' : 'OVERRIDE_IS_OWN' },
  );
}
