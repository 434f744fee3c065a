import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { mealPlanDeleted, mealPlanSaved, planOverridden } from '../events/events.ts';
import { staleVersion } from './ingredient-changes.ts';
import { jsonOf } from './objectives.ts';
import { type Creation, createOnce, type StoreOptions } from './options.ts';
import type { RecordedWarning } from './overrides.ts';
import type { MealPlanDay } from './plan-reads.ts';

/** A plan as it is to be. */
export interface MealPlanDraft {
  title: string;
  /** ISO 8601. */
  startsOn: string;
  days: MealPlanDay[];
}

/** That a plan is saved although it misses the objective, and what it misses. */
export interface OverrideDraft {
  reason: string;
  warnings: readonly RecordedWarning[];
}

/** A plan that was held against its person's objective. */
export interface CheckedPlan {
  draft: MealPlanDraft;
  /** Null where it misses nothing. */
  override: OverrideDraft | null;
}

/** What was saved: the plan, and the record of the override where one was needed. */
export interface SavedPlan {
  mealPlanId: string;
  mealPlanOverrideId: string | null;
}

/** Writes plans; a plan, the record of its override and the events of both are one transaction. */
export function createPlanChanges({ db, now, newId }: StoreOptions) {
  return {
    create(
      { userId, actorId, method }: { userId: string; actorId: string; method: string },
      creation: Creation<CheckedPlan>,
    ): Promise<SavedPlan> {
      const call = { viewerId: actorId, method };
      return createOnce(db, call, creation, async (transaction, { draft, override }) => {
        const id = newId();
        const { title, startsOn, days } = draft;
        await transaction.tx.mealPlan.create({
          data: {
            id,
            userId,
            authorId: actorId,
            title,
            startsOn: new Date(startsOn),
            dayCount: days.length,
            createdAt: new Date(now()),
          },
        });
        await writePortions(transaction, id, days);
        return recordSaved(transaction, { mealPlanId: id, version: 1, userId, actorId }, override);
      });
    },

    /** @throws DomainError NOT_FOUND where the actor is not its author, CONFLICT where another version is present. */
    update(
      id: string,
      actorId: string,
      { draft, override }: CheckedPlan,
      expectedVersion: number,
    ): Promise<SavedPlan> {
      return db.transaction(async (transaction) => {
        const { tx } = transaction;
        const { title, startsOn, days } = draft;
        const version = expectedVersion + 1;
        const [updated] = await tx.mealPlan.updateManyAndReturn({
          where: { id, authorId: actorId, version: expectedVersion },
          data: { title, startsOn: new Date(startsOn), dayCount: days.length, version },
          select: { userId: true },
        });
        if (updated === undefined) {
          const where = { id, authorId: actorId };
          const present = await tx.mealPlan.findFirst({ where, select: { version: true } });
          if (present === null) throw notFound('meal plan of yours');
          throw staleVersion('meal plan', present.version);
        }
        await tx.mealPlanPortion.deleteMany({ where: { mealPlanId: id } });
        await writePortions(transaction, id, days);
        const saved = { mealPlanId: id, version, userId: updated.userId, actorId };
        return recordSaved(transaction, saved, override);
      });
    },

    /** Whether there was one of which the actor is author or person. */
    async delete(id: string, actorId: string): Promise<boolean> {
      return db.transaction(async ({ tx, append }) => {
        const where = { id, OR: [{ authorId: actorId }, { userId: actorId }] };
        const plan = await tx.mealPlan.findFirst({ where, select: { userId: true } });
        if (plan === null) return false;
        const { count } = await tx.mealPlan.deleteMany({ where: { id } });
        if (count === 1) await append(mealPlanDeleted({ mealPlanId: id, userId: plan.userId, actorId }));
        return count === 1;
      });
    },
  };

  async function recordSaved(
    { tx, append }: Transaction<PrismaClient>,
    plan: { mealPlanId: string; version: number; userId: string; actorId: string },
    override: OverrideDraft | null,
  ): Promise<SavedPlan> {
    const { version, ...act } = plan;
    await append(mealPlanSaved(act));
    if (override === null) return { mealPlanId: act.mealPlanId, mealPlanOverrideId: null };
    const id = newId();
    const { reason, warnings } = override;
    const record = { id, reason, warnings: jsonOf(warnings), mealPlanVersion: version };
    await tx.mealPlanOverride.create({ data: { ...act, ...record, createdAt: new Date(now()) } });
    await append(planOverridden({ ...act, mealPlanOverrideId: id }));
    return { mealPlanId: act.mealPlanId, mealPlanOverrideId: id };
  }
}

async function writePortions(
  { tx }: Transaction<PrismaClient>,
  mealPlanId: string,
  days: readonly MealPlanDay[],
): Promise<void> {
  const data = days.flatMap((meals, dayIndex) =>
    meals.flatMap(({ kind: meal, portions }, mealIndex) =>
      portions.map((portion, position) => ({ ...portion, mealPlanId, dayIndex, mealIndex, position, meal })),
    ),
  );
  await tx.mealPlanPortion.createMany({ data });
}
