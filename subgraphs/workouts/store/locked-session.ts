import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { refuse } from '#platform/service/refusals.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { refusalOfChange, type SessionState } from '../rules/sessions.ts';

/** A session whose row is locked. */
export interface LockedSession {
  id: string;
  userId: string;
  state: SessionState;
  workoutAssignmentId: string | null;
  weekNumber: number | null;
  dayNumber: number | null;
  startedAt: Date;
  pausedAt: Date | null;
  pausedMs: number;
  nextPosition: number;
}

/**
 * Locks somebody's session until the transaction ends.
 * @throws DomainError NOT_FOUND where they have no such session.
 */
export async function lockSession(
  { tx }: Transaction<PrismaClient>,
  workoutSessionId: string,
  userId: string,
): Promise<LockedSession> {
  await executeIn(tx, LOCK_SESSION, [workoutSessionId, userId]);
  const row = await tx.session.findFirst({ where: { id: workoutSessionId, userId } });
  if (row === null) throw notFound('session of yours');
  return { ...row, pausedMs: Number(row.pausedMs) };
}

/** As lockSession; @throws DomainError FAILED_PRECONDITION where the session is over. */
export async function lockOpenSession(
  transaction: Transaction<PrismaClient>,
  workoutSessionId: string,
  userId: string,
): Promise<LockedSession> {
  const session = await lockSession(transaction, workoutSessionId, userId);
  refuse(refusalOfChange(session.state));
  return session;
}

export const LOCK_SESSION = sql<[id: string, userId: string]>(
  'SELECT FROM sessions WHERE id = $1::uuid AND user_id = $2::uuid FOR UPDATE',
);
