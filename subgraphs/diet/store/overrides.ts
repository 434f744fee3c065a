import { z } from 'zod';
import { DomainError, notFound } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { planOverrideReviewed } from '../events/events.ts';
import type { Warning } from '../rules/targets.ts';
import type { StoreOptions } from './options.ts';

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
export function createOverrideStore({ db, now }: StoreOptions) {
  return {
    /** Newest first. */
    async list(
      { userIds, isReviewed }: OverrideFilter,
      window: PageWindow<OverrideKeys>,
      signal?: AbortSignal,
    ): Promise<Page<OverrideRow>> {
      const [beyond, order] = window.direction === 'forwards' ? ['<', 'DESC'] : ['>', 'ASC'];
      const [createdAt, id] = window.from ?? [null, null];
      const rows = await db.query<OverrideRow>(
        `${OVERRIDE}
         WHERE ($1::uuid[] IS NULL OR o.user_id = ANY ($1))
           AND ($2::boolean IS NULL OR (o.reviewed_at IS NOT NULL) = $2)
           AND ($3::timestamptz IS NULL OR (o.created_at, o.id) ${beyond} ($3, $4::uuid))
         ORDER BY o.created_at ${order}, o.id ${order} LIMIT $5`,
        [userIds, isReviewed, createdAt === null ? null : new Date(createdAt), id, window.limit],
        signal,
      );
      return pageOf(rows, window, overrideCursor, (row) => [row.createdAt.getTime(), row.id]);
    },

    /** Those that there are. */
    get(ids: readonly string[], signal?: AbortSignal): Promise<OverrideRow[]> {
      return db.query(`${OVERRIDE} WHERE o.id = ANY ($1::uuid[])`, [ids], signal);
    },

    /** People with some that nobody has reviewed. */
    countOpen(
      userIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<{ userId: string; count: number }[]> {
      return db.query(
        `SELECT user_id AS "userId", count(*)::int AS count FROM meal_plan_overrides
         WHERE reviewed_at IS NULL AND user_id = ANY ($1::uuid[]) GROUP BY user_id`,
        [userIds],
        signal,
      );
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

function refusedReview(isReviewed: boolean): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    isReviewed
      ? 'This override is reviewed already: read what was said to it.'
      : 'You made this override yourself: somebody else has to review it.',
    { reason: isReviewed ? 'OVERRIDE_REVIEWED' : 'OVERRIDE_IS_OWN' },
  );
}
