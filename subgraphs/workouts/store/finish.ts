import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { EventDraft } from '#platform/event-log/event.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { assignmentEnded, recordBroken, sessionFinished } from '../events/events.ts';
import { bestOf, type NewRecord, newRecords } from '../rules/records.ts';
import type { DoneSet } from '../rules/sets.ts';
import { subjectsOf } from './assignments.ts';
import type { LockedSession } from './locked-session.ts';

/** How a session ends. */
export interface SessionEnd {
  endedAt: Date;
  pausedAt: null;
  pausedMs: number;
  note: string | null;
}

/** Finishes a session whose row is locked: its records, its day of the plan, and what tells of all this. */
export async function finish(
  { newId }: Pick<StoreOptions<PrismaClient>, 'newId'>,
  transaction: Transaction<PrismaClient>,
  session: LockedSession,
  end: SessionEnd,
): Promise<void> {
  const { id: workoutSessionId, userId } = session;
  await transaction.tx.session.update({
    where: { id: workoutSessionId },
    data: { ...end, state: 'FINISHED' },
  });
  const broken = await keepRecords(newId, transaction, session, end.endedAt);
  const completed = await doPlannedDay(transaction, session, end.endedAt);
  await transaction.append(
    sessionFinished({ workoutSessionId, userId }),
    ...broken.map(({ id, exerciseId }) =>
      recordBroken({ workoutSessionId, userId, personalRecordId: id, exerciseId }),
    ),
    ...completed,
  );
}

/** Those that broke a record that there was: the first time breaks nothing. */
async function keepRecords(
  newId: () => string,
  { tx }: Transaction<PrismaClient>,
  { id: workoutSessionId, userId }: LockedSession,
  achievedAt: Date,
): Promise<{ id: string; exerciseId: string }[]> {
  const sets = await tx.trainingSet.findMany({ where: { workoutSessionId }, orderBy: { position: 'asc' } });
  const bests = bestOf(sets.map(doneSetOf));
  const exerciseIds = [...new Set(bests.map(({ exerciseId }) => exerciseId))];
  const present = await tx.record.findMany({
    where: { userId, exerciseId: { in: exerciseIds }, current: true },
  });
  const records = newRecords(
    bests,
    present.map((record) => ({ ...record, value: Number(record.value) })),
  ).map((record) => ({ id: newId(), ...record }));
  const surpassed = present.filter((old) => records.some((record) => isOfSame(old, record)));
  await tx.record.updateMany({
    where: { id: { in: surpassed.map(({ id }) => id) } },
    data: { current: false },
  });
  await tx.record.createMany({
    data: records.map((record) => ({ ...record, userId, workoutSessionId, achievedAt })),
  });
  return records.filter(({ previousValue }) => previousValue !== null);
}

function isOfSame(
  one: Pick<NewRecord, 'exerciseId' | 'kind'>,
  other: Pick<NewRecord, 'exerciseId' | 'kind'>,
): boolean {
  return one.exerciseId === other.exerciseId && one.kind === other.kind;
}

/** The planned day is done; what tells of it where it was the last one of its assignment. */
async function doPlannedDay(
  { tx }: Transaction<PrismaClient>,
  { id: workoutSessionId, workoutAssignmentId, weekNumber, dayNumber }: LockedSession,
  endedAt: Date,
): Promise<EventDraft[]> {
  if (workoutAssignmentId === null || weekNumber === null || dayNumber === null) return [];
  await executeIn(tx, LOCK_ASSIGNMENT, [workoutAssignmentId]);
  await tx.plannedDay.updateMany({
    where: { workoutAssignmentId, weekNumber, dayNumber, workoutSessionId: null },
    data: { workoutSessionId },
  });
  if ((await tx.plannedDay.count({ where: { workoutAssignmentId, workoutSessionId: null } })) > 0) return [];
  const over = await tx.assignment.updateManyAndReturn({
    where: { id: workoutAssignmentId, state: 'ACTIVE' },
    data: { state: 'COMPLETED', endedAt },
    select: { id: true, userId: true, workoutPlanId: true },
  });
  return over.map((assignment) => assignmentEnded(subjectsOf(assignment, assignment.userId)));
}

export const LOCK_ASSIGNMENT = sql<[id: string]>('SELECT FROM assignments WHERE id = $1::uuid FOR UPDATE');

function doneSetOf(row: {
  exerciseId: string;
  kind: DoneSet['kind'];
  reps: number | null;
  loadKg: unknown;
  rpe: unknown;
  durationSeconds: number | null;
  distanceM: unknown;
}): DoneSet {
  const numberOf = (decimal: unknown) => (decimal === null ? null : Number(decimal));
  const { loadKg, rpe, distanceM, ...same } = row;
  return { ...same, loadKg: numberOf(loadKg), rpe: numberOf(rpe), distanceM: numberOf(distanceM) };
}
