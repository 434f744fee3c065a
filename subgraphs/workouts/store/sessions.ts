import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { Day } from '#platform/days.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { lockName } from '#platform/db/locks.ts';
import { DomainError, invalidField } from '#platform/errors.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import { sessionAbandoned, sessionChanged, sessionStarted } from '../events/events.ts';
import { longestIdleHours, runOn } from '../rules/sessions.ts';
import { finish } from './finish.ts';
import { lockOpenSession, lockSession } from './locked-session.ts';

/** A session that is to begin. */
export interface SessionDraft {
  /** Empty for the name of the planned day, or for any. */
  title: string;
  /** The day of an assignment that it does; null in a free session. */
  planned: { workoutAssignmentId: string; weekNumber: number; dayNumber: number } | null;
  startedAt: Date;
  /** The person's own day of that instant. */
  localDay: Day;
}

/** Begins and ends sessions; each change and its events are one transaction. */
export function createSessionChanges(options: StoreOptions<PrismaClient>) {
  const { db, now, newId } = options;
  return {
    /** The id of a new session. */
    start(userId: string, creation: Creation<SessionDraft>): Promise<string> {
      const call = { viewerId: userId, method: 'StartWorkoutSession', ...creation };
      return db.idempotent(call, async (transaction, { title, planned, startedAt, localDay }) => {
        const dayName = planned && (await nameOfDay(transaction, userId, planned));
        const id = newId();
        await assertNoneOpen(transaction, userId);
        await transaction.tx.session.create({
          data: {
            id,
            userId,
            title: title || dayName || 'Workout',
            ...planned,
            startedAt,
            localDay: new Date(localDay),
            touchedAt: new Date(now()),
          },
        });
        await transaction.append(sessionStarted({ workoutSessionId: id, userId }));
        return id;
      });
    },

    /** Stops the clock, where it runs. */
    pause(userId: string, workoutSessionId: string): Promise<void> {
      return db.transaction(async (transaction) => {
        const session = await lockOpenSession(transaction, workoutSessionId, userId);
        if (session.state === 'PAUSED') return;
        const at = new Date(now());
        const data = { state: 'PAUSED' as const, pausedAt: at, touchedAt: at };
        await transaction.tx.session.update({ where: { id: workoutSessionId }, data });
        await transaction.append(sessionChanged({ workoutSessionId, userId }));
      });
    },

    /** Lets the clock go on, where it stands still. */
    resume(userId: string, workoutSessionId: string): Promise<void> {
      return db.transaction(async (transaction) => {
        const session = await lockOpenSession(transaction, workoutSessionId, userId);
        if (session.state === 'ACTIVE') return;
        const data = {
          ...clockAt(session, now()),
          state: 'ACTIVE' as const,
          touchedAt: new Date(now()),
        };
        await transaction.tx.session.update({ where: { id: workoutSessionId }, data });
        await transaction.append(sessionChanged({ workoutSessionId, userId }));
      });
    },

    /** Finishes a session; one that is finished stays as it is. Null: now. */
    finish(
      userId: string,
      workoutSessionId: string,
      endedAt: Date | null,
      note: string | null,
    ): Promise<void> {
      return db.transaction(async (transaction) => {
        const session = await lockSession(transaction, workoutSessionId, userId);
        if (session.state === 'FINISHED') return;
        if (session.state === 'ABANDONED') await lockOpenSession(transaction, workoutSessionId, userId);
        const last = await transaction.tx.trainingSet.aggregate({
          where: { workoutSessionId },
          _max: { doneAt: true },
        });
        if (last._max.doneAt === null) throw nothingDone();
        const at = endedAt ?? new Date(Math.max(now(), last._max.doneAt.getTime()));
        assertEnd(at, session.startedAt, last._max.doneAt, now());
        await finish(options, transaction, session, {
          ...clockAt(session, at.getTime()),
          endedAt: at,
          note,
        });
      });
    },

    /** Gives a session up; one that was given up stays as it is. */
    abandon(userId: string, workoutSessionId: string): Promise<void> {
      return db.transaction(async (transaction) => {
        const session = await lockSession(transaction, workoutSessionId, userId);
        if (session.state === 'ABANDONED') return;
        if (session.state === 'FINISHED') await lockOpenSession(transaction, workoutSessionId, userId);
        const data = { state: 'ABANDONED' as const, endedAt: new Date(now()), ...clockAt(session, now()) };
        await transaction.tx.session.update({ where: { id: workoutSessionId }, data });
        await transaction.append(sessionAbandoned({ workoutSessionId, userId }));
      });
    },

    /** Gives up sessions that nothing was done with for a day, at most 100; how many there were. */
    abandonIdle(): Promise<number> {
      return db.transaction(async ({ tx, append }) => {
        const idle = await queryIn(tx, ABANDON_IDLE, [new Date(now() - longestIdleHours * 60 * 60_000)]);
        await append(...idle.map(sessionAbandoned));
        return idle.length;
      });
    },
  };
}

/** The clock as it runs on at an instant, as columns. */
function clockAt(
  { startedAt, pausedAt, pausedMs }: { startedAt: Date; pausedAt: Date | null; pausedMs: number },
  at: number,
) {
  const clock = {
    startedAt: startedAt.getTime(),
    endedAt: null,
    pausedAt: pausedAt?.getTime() ?? null,
    pausedMs,
  };
  return { pausedAt: null, pausedMs: runOn(clock, at).pausedMs };
}

/** @throws DomainError where it is no pending day of an assignment of theirs that goes on. */
async function nameOfDay(
  { tx }: Transaction<PrismaClient>,
  userId: string,
  planned: NonNullable<SessionDraft['planned']>,
): Promise<string> {
  const day = await tx.plannedDay.findFirst({
    where: { ...planned, assignment: { userId, state: 'ACTIVE' } },
  });
  if (day === null) {
    throw invalidField(
      'plannedDay.workoutAssignmentId',
      'Name a day of an assignment of yours that goes on.',
    );
  }
  if (day.workoutSessionId !== null) {
    throw new DomainError('FAILED_PRECONDITION', 'This day of the plan is done: take another one.', {
      reason: 'PLANNED_DAY_DONE',
    });
  }
  return day.name;
}

/** Two that begin at once wait for each other here, so that the later one is told which session is open. */
async function assertNoneOpen({ tx }: Transaction<PrismaClient>, userId: string): Promise<void> {
  await lockName(tx, `start ${userId}`);
  const where = { userId, state: { in: ['ACTIVE' as const, 'PAUSED' as const] } };
  const open = await tx.session.findFirst({ where, select: { id: true } });
  if (open === null) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `Your session ${open.id} is still open: finish it or give it up, then start another one.`,
    { reason: 'SESSION_OPEN', parameters: { workoutSessionId: open.id } },
  );
}

function assertEnd(at: Date, startedAt: Date, lastSetAt: Date, now: number): void {
  if (at < startedAt) throw invalidField('endedAt', 'A session does not end before it began.');
  if (at < lastSetAt) throw invalidField('endedAt', 'A session does not end before its last set.');
  if (at.getTime() > Math.max(now, lastSetAt.getTime()))
    throw invalidField('endedAt', 'A session does not end in the future.');
}

function nothingDone(): DomainError {
  return new DomainError('FAILED_PRECONDITION', 'Nothing was done yet: log a set, or give the session up.', {
    reason: 'SESSION_EMPTY',
  });
}

export const ABANDON_IDLE = sql<[before: Date], { workoutSessionId: string; userId: string }>(`
  UPDATE sessions SET state = 'ABANDONED', ended_at = touched_at, paused_at = NULL
  WHERE id IN (
    SELECT id FROM sessions WHERE state IN ('ACTIVE', 'PAUSED') AND touched_at < $1::timestamptz
    ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED
  )
  RETURNING id::text AS "workoutSessionId", user_id::text AS "userId"`);
