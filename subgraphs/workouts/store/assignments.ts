import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import { addDays, type Day, weekdayOf } from '#platform/days.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { assignmentChanged, assignmentEnded, planAssigned } from '../events/events.ts';
import type { PlanContent } from '../rules/plan-content.ts';
import { lengthInDays, scheduleOf } from '../rules/schedule.ts';
import { contentIn } from './plans.ts';

/** Somebody who is to follow a version of a plan. */
export interface AssignmentDraft {
  workoutPlanId: string;
  workoutPlanVersionId: string;
  content: PlanContent;
  startsOn: Day;
  note: string | null;
}

/** What an assignment's changes are decided by. */
export interface LockedAssignment {
  id: string;
  workoutPlanId: string;
  userId: string;
  assignedById: string | null;
  state: 'ACTIVE' | 'COMPLETED' | 'ENDED';
  startsOn: Day;
}

/** Has people follow plans; each change and its event are one transaction. */
export function createAssignmentChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * The id of a new assignment.
     * @param method - Of the service: its keys are its own.
     */
    assign(
      { userId, actorId }: { userId: string; actorId: string },
      method: 'AssignWorkoutPlan' | 'FollowWorkoutPlan',
      creation: Creation<AssignmentDraft>,
    ): Promise<string> {
      return db.idempotent({ viewerId: actorId, method, ...creation }, async (transaction, draft) => {
        const { workoutPlanId, workoutPlanVersionId, content, startsOn, note } = draft;
        const id = newId();
        await transaction.tx.assignment.create({
          data: {
            id,
            workoutPlanId,
            workoutPlanVersionId,
            userId,
            assignedById: actorId,
            startsOn: new Date(startsOn),
            endsOn: new Date(endOf(content, startsOn)),
            note,
            createdAt: new Date(now()),
          },
        });
        await planDays(transaction, { id, userId, startsOn }, content);
        await transaction.append(planAssigned({ workoutAssignmentId: id, userId, actorId, workoutPlanId }));
        return id;
      });
    },

    /**
     * Goes on with the newest version of the plan; nothing happens where it is that already.
     * @param admit - Throws what forbids it.
     */
    move(
      workoutAssignmentId: string,
      actorId: string,
      admit: (assignment: LockedAssignment) => void,
    ): Promise<void> {
      return db.transaction(async (transaction) => {
        const { tx } = transaction;
        const assignment = await lockAssignment(transaction, workoutAssignmentId);
        admit(assignment);
        if (assignment.state !== 'ACTIVE') throw isOver();
        const plan = await tx.plan.findUniqueOrThrow({ where: { id: assignment.workoutPlanId } });
        const newest = await tx.planVersion.findUniqueOrThrow({ where: { id: plan.newestVersionId } });
        const { count } = await tx.assignment.updateMany({
          where: { id: workoutAssignmentId, workoutPlanVersionId: { not: newest.id } },
          data: { workoutPlanVersionId: newest.id },
        });
        if (count === 0) return;
        const content = contentIn(newest.content);
        await tx.plannedDay.deleteMany({ where: { workoutAssignmentId, workoutSessionId: null } });
        await planDays(transaction, assignment, content);
        const endsOn = new Date(endOf(content, assignment.startsOn));
        await tx.assignment.update({ where: { id: workoutAssignmentId }, data: { endsOn } });
        await transaction.append(assignmentChanged(subjectsOf(assignment, actorId)));
      });
    },

    /**
     * Ends an assignment: what was due before stays, what would have been due after `today` goes.
     * @param admit - Throws what forbids it.
     */
    end(
      workoutAssignmentId: string,
      actorId: string,
      today: Day,
      admit: (assignment: LockedAssignment) => void,
    ): Promise<void> {
      return db.transaction(async (transaction) => {
        const { tx, append } = transaction;
        const assignment = await lockAssignment(transaction, workoutAssignmentId);
        admit(assignment);
        if (assignment.state !== 'ACTIVE') return;
        await tx.plannedDay.deleteMany({
          where: { workoutAssignmentId, workoutSessionId: null, dueOn: { gt: new Date(today) } },
        });
        const data = { state: 'ENDED' as const, endedAt: new Date(now()) };
        await tx.assignment.update({ where: { id: workoutAssignmentId }, data });
        await append(assignmentEnded(subjectsOf(assignment, actorId)));
      });
    },

    /** Completes assignments whose last day was due before `day`, at most 100; how many there were. */
    completeDue(day: Day): Promise<number> {
      return db.transaction(async ({ tx, append }) => {
        const over = await tx.assignment.findMany({
          where: { state: 'ACTIVE', endsOn: { lt: new Date(day) } },
          orderBy: { id: 'asc' },
          take: 100,
          select: { id: true, workoutPlanId: true, userId: true },
        });
        const { count } = await tx.assignment.updateMany({
          where: { id: { in: over.map(({ id }) => id) }, state: 'ACTIVE' },
          data: { state: 'COMPLETED', endedAt: new Date(now()) },
        });
        await append(...over.map((assignment) => assignmentEnded(subjectsOf(assignment, undefined))));
        return count;
      });
    },
  };
}

/** What events say of an assignment. */
export function subjectsOf<Actor extends string | undefined>(
  { id, userId, workoutPlanId }: { id: string; userId: string; workoutPlanId: string },
  actorId: Actor,
) {
  return { workoutAssignmentId: id, userId, actorId, workoutPlanId };
}

/** The plan's last day. */
function endOf(content: PlanContent, startsOn: Day): Day {
  return addDays(startsOn, lengthInDays(content) - 1);
}

/** Writes down when the days are due; those that are done already stay as they are. */
async function planDays(
  { tx }: Transaction<PrismaClient>,
  { id, userId, startsOn }: { id: string; userId: string; startsOn: Day },
  content: PlanContent,
): Promise<void> {
  await tx.plannedDay.createMany({
    data: scheduleOf(content, weekdayOf(startsOn)).map(({ weekNumber, dayNumber, name, offset }) => ({
      workoutAssignmentId: id,
      userId,
      weekNumber,
      dayNumber,
      name,
      dueOn: new Date(addDays(startsOn, offset)),
    })),
    skipDuplicates: true,
  });
}

async function lockAssignment({ tx }: Transaction<PrismaClient>, id: string): Promise<LockedAssignment> {
  const [row] = await queryIn(tx, LOCK_ASSIGNMENT, [id]);
  if (row === undefined) throw notFound('assignment');
  return row;
}

export const LOCK_ASSIGNMENT = sql<[id: string], LockedAssignment>(`
  SELECT id::text, plan_id::text AS "workoutPlanId", user_id::text AS "userId", assigned_by_id::text AS "assignedById",
    state::text AS state, starts_on::text AS "startsOn"
  FROM assignments WHERE id = $1::uuid FOR UPDATE`);

function isOver(): DomainError {
  return new DomainError('FAILED_PRECONDITION', 'This assignment is over: follow the plan anew instead.', {
    reason: 'ASSIGNMENT_ENDED',
  });
}
