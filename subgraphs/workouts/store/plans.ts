import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { exerciseIdsOf, type PlanContent } from '../rules/plan-content.ts';
import { searchable } from './searchable.ts';

/** What a version of a plan holds. */
export interface PlanDraft {
  name: string;
  description: string | null;
  content: PlanContent;
  tutorialFileIds: readonly string[];
}

/** How a plan is shared. */
export interface Sharing {
  visibility: 'PRIVATE' | 'PUBLIC';
  template: boolean;
}

/** A plan that is to be made. */
export interface NewPlan extends PlanDraft {
  id: string;
  template: boolean;
  copiedFromId: string | null;
}

/** Makes and changes plans; what a plan holds is only ever added to. */
export function createPlanChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * The id of a new plan.
     * @param method - Of the service: its keys are its own.
     */
    create(
      ownerId: string,
      method: 'CreateWorkoutPlan' | 'CopyWorkoutPlan',
      creation: Creation<NewPlan>,
    ): Promise<string> {
      return db.idempotent({ viewerId: ownerId, method, ...creation }, async (transaction, draft) => {
        const { id: workoutPlanId, template, copiedFromId, ...held } = draft;
        const newestVersionId = newId();
        const at = new Date(now());
        await transaction.tx.plan.create({
          data: {
            id: workoutPlanId,
            ownerId,
            version: 1,
            newestVersionId,
            template,
            copiedFromId,
            ...named(held),
            createdAt: at,
            updatedAt: at,
          },
        });
        await addVersion(transaction, { id: newestVersionId, workoutPlanId, number: 1, createdAt: at }, held);
        return workoutPlanId;
      });
    },

    /**
     * Adds a version to the one that is expected to be the newest.
     * @throws DomainError NOT_FOUND where the owner has no such plan, CONFLICT where it has another newest version.
     */
    addVersion(
      ownerId: string,
      workoutPlanId: string,
      expectedVersion: number,
      held: PlanDraft,
    ): Promise<void> {
      return db.transaction(async (transaction) => {
        const id = newId();
        const at = new Date(now());
        const number = expectedVersion + 1;
        const { count } = await transaction.tx.plan.updateMany({
          where: { id: workoutPlanId, ownerId, version: expectedVersion },
          data: { version: number, newestVersionId: id, updatedAt: at },
        });
        if (count === 0) throw await refusalOfVersion(transaction, ownerId, workoutPlanId);
        await addVersion(transaction, { id, workoutPlanId, number, createdAt: at }, held);
        await transaction.tx.plan.update({ where: { id: workoutPlanId }, data: named(held) });
      });
    },

    /**
     * Shares a plan in the way that `change` makes of the present one.
     * @throws DomainError NOT_FOUND where the owner has no such plan.
     */
    share(ownerId: string, workoutPlanId: string, change: (present: Sharing) => Sharing): Promise<void> {
      return db.transaction(async ({ tx }) => {
        await executeIn(tx, LOCK_PLAN, [workoutPlanId]);
        const present = await tx.plan.findFirst({ where: { id: workoutPlanId, ownerId } });
        if (present === null) throw notFound('plan of yours');
        await tx.plan.update({ where: { id: workoutPlanId }, data: change(present) });
      });
    },

    /** @throws DomainError NOT_FOUND where the owner has no such plan. */
    async archive(ownerId: string, workoutPlanId: string): Promise<void> {
      const { count } = await db.prisma.plan.updateMany({
        where: { id: workoutPlanId, ownerId, archivedAt: null },
        data: { archivedAt: new Date(now()), visibility: 'PRIVATE' },
      });
      if (count === 0 && (await db.prisma.plan.count({ where: { id: workoutPlanId, ownerId } })) === 0)
        throw notFound('plan of yours');
    },
  };
}

/** What stands in a version's JSON column, which this domain alone writes. */
export function contentIn(json: unknown): PlanContent {
  return contentShape.parse(json);
}

const contentShape = z.custom<PlanContent>((value) => typeof value === 'object' && value !== null);

interface VersionPlace {
  id: string;
  workoutPlanId: string;
  number: number;
  createdAt: Date;
}

async function addVersion(
  { tx }: Transaction<PrismaClient>,
  place: VersionPlace,
  { name, description, content, tutorialFileIds }: PlanDraft,
): Promise<void> {
  await tx.planVersion.create({
    data: {
      ...place,
      name,
      description,
      content: structuredClone<object>(content),
      tutorialFileIds: [...tutorialFileIds],
    },
  });
  await tx.planExercise.createMany({
    data: exerciseIdsOf(content).map((exerciseId) => ({ workoutPlanVersionId: place.id, exerciseId })),
  });
}

function named({ name }: PlanDraft) {
  return { name, searchName: searchable(name) };
}

async function refusalOfVersion(
  { tx }: Transaction<PrismaClient>,
  ownerId: string,
  workoutPlanId: string,
): Promise<DomainError> {
  const present = await tx.plan.findFirst({
    where: { id: workoutPlanId, ownerId },
    select: { version: true },
  });
  if (present === null) return notFound('plan of yours');
  return new DomainError(
    'CONFLICT',
    `The plan is at version ${present.version} by now: read it again, and send your change with that version.`,
    { reason: 'VERSION_STALE', parameters: { version: present.version } },
  );
}

export const LOCK_PLAN = sql<[id: string]>('SELECT FROM plans WHERE id = $1::uuid FOR UPDATE');
