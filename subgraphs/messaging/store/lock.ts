import type { PrismaClient } from '#gen/prisma/messaging/client.ts';
import type { SqlTransaction } from '#platform/sql/statement.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import type { Interval } from '../rules/rules.ts';

/** A conversation whose row is locked. */
export interface LockedConversation {
  kind: 'DIRECT' | 'GROUP';
  title: string | null;
  ownerId: string | null;
}

/**
 * Locks a conversation until the transaction ends; null where there is none. What is read of it afterwards holds until
 * then: somebody who is removed at the same time writes before their removal, or not at all.
 */
export async function lockConversation(
  tx: SqlTransaction,
  conversationId: string,
): Promise<LockedConversation | null> {
  const [row] = await queryIn(tx, LOCK_CONVERSATION, [conversationId]);
  return row ?? null;
}

export const LOCK_CONVERSATION = sql<[id: string], LockedConversation>(
  `SELECT kind::text AS kind, title, owner_id::text AS "ownerId" FROM conversations WHERE id = $1::uuid FOR UPDATE`,
);

/** The intervals of a locked conversation that somebody may see, the first one first. */
export async function loadIntervals(
  tx: PrismaClient,
  conversationId: string,
  userId: string,
): Promise<Interval[]> {
  const memberships = await tx.membership.findMany({
    where: { conversationId, userId },
    orderBy: { joinedSeq: 'asc' },
    select: { joinedSeq: true, leftSeq: true },
  });
  return memberships.map(({ joinedSeq, leftSeq }) => ({
    joinedSeq: Number(joinedSeq),
    leftSeq: leftSeq === null ? null : Number(leftSeq),
  }));
}
