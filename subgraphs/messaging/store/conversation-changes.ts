import type { PrismaClient } from '#gen/prisma/messaging/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { notFound } from '#platform/errors.ts';
import { executeIn, queryIn, type SqlTransaction, sql } from '#platform/sql/statement.ts';
import { conversationStarted, stepTaken } from '../events/events.ts';
import { afterStep, type ConversationState, pairOf, type Step } from '../rules/rules.ts';

/** Starts conversations and changes who is in them; each change and its events are one transaction. */
export function createConversationChanges({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /** The id of the pair's conversation: the one there is, or a new one. Two who start at once get the same. */
    async startDirect(actorId: string, otherId: string, creation: Creation): Promise<string> {
      const call = { viewerId: actorId, method: 'StartDirectConversation', ...creation };
      const { conversationId } = await db.idempotent(call, async (transaction) => {
        const pair = pairOf(actorId, otherId);
        const id = newId();
        const created = await transaction.tx.conversation.createMany({
          data: { id, kind: 'DIRECT', ...pair, ...startedAt(now()), participantCount: 2 },
          skipDuplicates: true,
        });
        if (created.count === 1) {
          await bringIn(transaction, id, [actorId, otherId], now());
          return { conversationId: id };
        }
        const present = await transaction.tx.conversation.findFirstOrThrow({ where: pair });
        return { conversationId: present.id };
      });
      return conversationId;
    },

    /** The id of a new group, owned by who starts it. */
    async startGroup(
      actorId: string,
      title: string,
      otherIds: readonly string[],
      creation: Creation,
    ): Promise<string> {
      const call = { viewerId: actorId, method: 'StartGroupConversation', ...creation };
      const { conversationId } = await db.idempotent(call, async (transaction) => {
        const id = newId();
        const participantCount = otherIds.length + 1;
        await transaction.tx.conversation.create({
          data: { id, kind: 'GROUP', title, ownerId: actorId, ...startedAt(now()), participantCount },
        });
        await bringIn(transaction, id, [actorId, ...otherIds], now());
        return { conversationId: id };
      });
      return conversationId;
    },

    /**
     * Takes the steps that `decide` makes of the conversation's state.
     * @throws DomainError NOT_FOUND where the actor never was in it, and what `decide` throws, having changed nothing.
     */
    change(
      conversationId: string,
      actorId: string,
      decide: (state: ConversationState) => Step[],
    ): Promise<void> {
      return db.transaction(async (transaction) => {
        const state = await loadState(transaction, conversationId);
        const known = { conversationId, userId: actorId, newest: true };
        if (state === null || (await transaction.tx.membership.count({ where: known })) === 0) {
          throw notFound('conversation');
        }
        await takeSteps(transaction, { conversationId, actorId, state, steps: decide(state), now: now() });
      });
    },
  };
}

/** A conversation's state, locked until the transaction ends; null where there is none. */
export async function loadState(
  { tx }: Transaction<PrismaClient>,
  conversationId: string,
): Promise<ConversationState | null> {
  const conversation = await lockConversation(tx, conversationId);
  if (conversation === null) return null;
  const present = await tx.membership.findMany({
    where: { conversationId, leftSeq: null },
    orderBy: { joinedSeq: 'asc' },
    select: { userId: true },
  });
  const { kind, title, ownerId } = conversation;
  return { kind, title, ownerId, participantIds: present.map((membership) => membership.userId) };
}

/** Steps with a conversation whose row is locked. */
export interface StepsTaken {
  conversationId: string;
  actorId: string;
  state: ConversationState;
  steps: readonly Step[];
  /** Milliseconds since 1970. */
  now: number;
}

/** Appends the steps' events and writes what they make of the conversation. */
export async function takeSteps(transaction: Transaction<PrismaClient>, taken: StepsTaken): Promise<void> {
  const { conversationId, actorId, steps } = taken;
  if (steps.length === 0) return;
  const events = await transaction.append(...steps.map((step) => stepTaken(conversationId, actorId, step)));
  let state = taken.state;
  const joined: { userId: string; seq: number }[] = [];
  for (const [index, step] of steps.entries()) {
    state = afterStep(state, step);
    const seq = events[index]?.seq ?? 0;
    if (step.type === 'add') joined.push({ userId: step.userId, seq });
    if (step.type === 'remove') await endMembership(transaction, conversationId, step.userId, seq, state);
  }
  await beginMemberships(transaction, conversationId, joined, taken.now);
  await transaction.tx.conversation.update({
    where: { id: conversationId },
    data: { title: state.title, ownerId: state.ownerId, participantCount: state.participantIds.length },
  });
}

/** The first events of a conversation: the first of these people starts it, the others join in their order. */
async function bringIn(
  transaction: Transaction<PrismaClient>,
  conversationId: string,
  [actorId, ...others]: [string, ...string[]],
  now: number,
): Promise<void> {
  const events = await transaction.append(
    conversationStarted(conversationId, actorId),
    ...others.map((userId) => stepTaken(conversationId, actorId, { type: 'add', userId })),
  );
  const joined = [actorId, ...others].map((userId, index) => ({ userId, seq: events[index]?.seq ?? 0 }));
  await beginMemberships(transaction, conversationId, joined, now);
}

async function beginMemberships(
  { tx }: Transaction<PrismaClient>,
  conversationId: string,
  joined: readonly { userId: string; seq: number }[],
  now: number,
): Promise<void> {
  if (joined.length === 0) return;
  const userIds = joined.map(({ userId }) => userId);
  await tx.membership.updateMany({
    where: { conversationId, userId: { in: userIds }, newest: true },
    data: { newest: false },
  });
  await tx.membership.createMany({
    data: joined.map(({ userId, seq }) => ({
      conversationId,
      userId,
      joinedSeq: seq,
      joinedAt: new Date(now),
      readSeq: seq,
    })),
  });
}

/** Ends somebody's membership at a seq, and keeps the conversation for them as it is after it. */
async function endMembership(
  { tx }: Transaction<PrismaClient>,
  conversationId: string,
  userId: string,
  seq: number,
  after: ConversationState,
): Promise<void> {
  const { title, ownerId, participantIds } = after;
  await executeIn(tx, END_MEMBERSHIP, [conversationId, userId, seq, title, ownerId, participantIds.length]);
}

export const END_MEMBERSHIP = sql<
  [
    conversationId: string,
    userId: string,
    leftSeq: number,
    title: string | null,
    ownerId: string | null,
    participantCount: number,
  ]
>(`
  UPDATE memberships v SET left_seq = $3, final_title = $4, final_owner_id = $5::uuid, final_participant_count = $6,
    final_activity_at = GREATEST(c.last_activity_at, v.joined_at)
  FROM conversations c
  WHERE c.id = v.conversation_id AND v.conversation_id = $1::uuid AND v.user_id = $2::uuid AND v.newest`);

function startedAt(now: number) {
  return { createdAt: new Date(now), lastActivityAt: new Date(now) };
}

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
