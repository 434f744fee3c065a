import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { sessionChanged } from '../events/events.ts';
import { maximumSets, type SetKind, type SetValues } from '../rules/sets.ts';
import { type LockedSession, lockOpenSession } from './locked-session.ts';

/** A set that is to be logged. */
export interface SetDraft extends SetValues {
  workoutSessionId: string;
  exerciseId: string;
  kind: SetKind;
  /** Null for now. */
  doneAt: Date | null;
}

/** Sets of an open session; each change, what the session adds up to, and the event are one transaction. */
export function createSetChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** The id of a new set. */
    log(
      userId: string,
      { workoutSessionId, doneAt, ...values }: SetDraft,
      creation: Creation,
    ): Promise<string> {
      const call = { viewerId: userId, method: 'LogWorkoutSet', ...creation };
      return db.idempotent(call, async (transaction) => {
        const session = await lockOpenSession(transaction, workoutSessionId, userId);
        const count = await transaction.tx.trainingSet.count({ where: { workoutSessionId } });
        if (count >= maximumSets) throw tooMany();
        const at = doneAt ?? new Date(now());
        assertWithin(session, at, now());
        const id = newId();
        const position = session.nextPosition;
        await transaction.tx.trainingSet.create({
          data: { ...values, id, workoutSessionId, position, doneAt: at },
        });
        await transaction.tx.session.update({
          where: { id: workoutSessionId },
          data: { nextPosition: position + 1 },
        });
        await addUp(transaction, session);
        return id;
      });
    },

    /** Gives a set other values, which `change` makes of those that it has. */
    async update(
      userId: string,
      workoutSetId: string,
      change: (present: SetValues & { kind: SetKind }) => SetValues & { kind: SetKind },
    ): Promise<void> {
      await changeSet(workoutSetId, userId, async ({ tx }) => {
        const present = await tx.trainingSet.findUniqueOrThrow({ where: { id: workoutSetId } });
        const values = {
          ...present,
          loadKg: present.loadKg === null ? null : Number(present.loadKg),
          rpe: present.rpe === null ? null : Number(present.rpe),
          distanceM: present.distanceM === null ? null : Number(present.distanceM),
        };
        await tx.trainingSet.update({ where: { id: workoutSetId }, data: change(values) });
      });
    },

    /** Takes a set back; the id of its session. */
    delete(userId: string, workoutSetId: string): Promise<string> {
      return changeSet(workoutSetId, userId, async ({ tx }) => {
        await tx.trainingSet.delete({ where: { id: workoutSetId } });
      });
    },
  };

  function changeSet(
    workoutSetId: string,
    userId: string,
    apply: (transaction: Transaction<PrismaClient>) => Promise<void>,
  ): Promise<string> {
    return db.transaction(async (transaction) => {
      const where = { id: workoutSetId, session: { userId } };
      const set = await transaction.tx.trainingSet.findFirst({ where, select: { workoutSessionId: true } });
      if (set === null) throw notFound('set of yours');
      const session = await lockOpenSession(transaction, set.workoutSessionId, userId);
      // Gone where it was taken back while this waited for the lock.
      if ((await transaction.tx.trainingSet.count({ where })) === 0) throw notFound('set of yours');
      await apply(transaction);
      await addUp(transaction, session);
      return session.id;
    });
  }

  async function addUp(
    { tx, append }: Transaction<PrismaClient>,
    { id, userId }: LockedSession,
  ): Promise<void> {
    await executeIn(tx, ADD_UP, [id, new Date(now())]);
    await append(sessionChanged({ workoutSessionId: id, userId }));
  }
}

function assertWithin({ startedAt }: LockedSession, doneAt: Date, now: number): void {
  if (doneAt < startedAt) throw invalidField('doneAt', 'A set is not done before its session began.');
  if (doneAt.getTime() > now + CLOCK_SKEW_MS)
    throw invalidField('doneAt', 'A set is not done in the future.');
}

/** Clocks of phones are not exact. */
const CLOCK_SKEW_MS = 60_000;

export const ADD_UP = sql<[workoutSessionId: string, touchedAt: Date]>(`
  UPDATE sessions s SET touched_at = $2::timestamptz, volume_kg = total.volume_kg, set_count = total.set_count
  FROM (
    SELECT COALESCE(sum(reps * load_kg), 0) AS volume_kg, count(*) AS set_count
    FROM sets WHERE session_id = $1::uuid AND kind <> 'WARM_UP'
  ) total
  WHERE s.id = $1::uuid`);

function tooMany(): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    `A session has at most ${maximumSets} sets: finish this one and start another.`,
    { reason: 'SET_LIMIT', parameters: { maximum: maximumSets } },
  );
}
