import type { PrismaClient } from '#gen/prisma/messaging/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { messageDeleted, reactionsChanged } from '../events/events.ts';
import { depart } from '../rules/rules.ts';
import { type ChangeOptions, loadState, takeSteps } from './conversation-changes.ts';
import { bury, subjectsOf } from './message-changes.ts';

/** All that the domain holds about one person. */
export function createPersonStore({ db, now }: ChangeOptions) {
  return {
    /** Where they are and were, what they wrote, and how they reacted. */
    async export(userId: string): Promise<Record<string, unknown>> {
      const { membership, message, reaction } = db.prisma;
      const [memberships, messages, reactions] = await Promise.all([
        membership.findMany({
          where: { userId: userId },
          orderBy: { joinedAt: 'asc' },
          select: {
            conversationId: true,
            joinedAt: true,
            conversation: { select: { kind: true, title: true } },
          },
        }),
        message.findMany({
          where: { senderId: userId, deletedAt: null },
          orderBy: { sentAt: 'asc' },
          select: {
            id: true,
            conversationId: true,
            body: true,
            sentAt: true,
            editedAt: true,
            attachments: { select: { fileId: true }, orderBy: { position: 'asc' } },
          },
        }),
        reaction.findMany({ where: { userId: userId }, select: { messageId: true, emoji: true } }),
      ]);
      const conversations = memberships.map(({ conversation, ...joined }) => ({
        ...joined,
        ...conversation,
      }));
      return { conversations, messages, reactions };
    },

    /**
     * Takes a person out of every conversation: their messages stay as tombstones of nobody, their groups pass on.
     * It goes on where an interrupted one stopped: memberships, by which it finds the rest, are the last to go.
     */
    async erase(userId: string): Promise<void> {
      const conversations = await db.prisma.membership.findMany({
        where: { userId: userId },
        distinct: 'conversationId',
        select: { conversationId: true },
      });
      for (const { conversationId } of conversations) {
        const trace = { conversationId, userId, now: now() };
        await db.transaction((transaction) => takeOut(transaction, trace));
        while (await db.transaction((transaction) => eraseMessages(transaction, trace)));
        while (await db.transaction((transaction) => eraseReactions(transaction, trace)));
        await db.transaction((transaction) => forget(transaction, trace));
      }
    },
  };
}

/** Where a person left traces. */
interface Trace {
  conversationId: string;
  userId: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** How much one transaction erases: it keeps the conversation locked. */
const batchSize = 500;

async function takeOut(transaction: Transaction<PrismaClient>, trace: Trace): Promise<void> {
  const { conversationId, userId, now } = trace;
  const state = await loadState(transaction, conversationId);
  if (!state?.participantIds.includes(userId)) return;
  const steps = depart(state, userId);
  await takeSteps(transaction, { conversationId, actorId: userId, state, steps, now });
}

/** Whether there may be more. */
async function eraseMessages(transaction: Transaction<PrismaClient>, trace: Trace): Promise<boolean> {
  const { conversationId, userId, now } = trace;
  await loadState(transaction, conversationId);
  const messages = await transaction.tx.message.findMany({
    where: { conversationId, senderId: userId },
    orderBy: { seq: 'asc' },
    take: batchSize,
    select: { id: true, conversationId: true, seq: true, deletedAt: true },
  });
  const alive = messages.filter((message) => message.deletedAt === null);
  await transaction.append(
    ...alive.map((message) => messageDeleted({ ...subjectsOf(message), actorId: userId })),
  );
  const aliveIds = alive.map(({ id }) => id);
  await bury(transaction, aliveIds, new Date(now));
  await transaction.tx.message.updateMany({
    where: { id: { in: messages.map((message) => message.id) } },
    data: { senderId: null },
  });
  return messages.length === batchSize;
}

/** Whether there may be more. */
async function eraseReactions(transaction: Transaction<PrismaClient>, trace: Trace): Promise<boolean> {
  const { conversationId, userId } = trace;
  await loadState(transaction, conversationId);
  const reacted = await transaction.tx.message.findMany({
    where: { conversationId, reactions: { some: { userId: userId } } },
    orderBy: { seq: 'asc' },
    take: batchSize,
    select: { id: true, conversationId: true, seq: true },
  });
  await transaction.append(
    ...reacted.map((message) => reactionsChanged({ ...subjectsOf(message), actorId: userId })),
  );
  await transaction.tx.reaction.deleteMany({
    where: { userId: userId, messageId: { in: reacted.map(({ id }) => id) } },
  });
  return reacted.length === batchSize;
}

/** The pair goes too: whoever they wrote with keeps the history, and nobody can write to it. */
async function forget({ tx }: Transaction<PrismaClient>, { conversationId, userId }: Trace): Promise<void> {
  await tx.conversation.updateMany({
    where: { id: conversationId, kind: 'DIRECT' },
    data: { pairLow: null, pairHigh: null },
  });
  await tx.membership.updateMany({
    where: { conversationId, finalOwnerId: userId },
    data: { finalOwnerId: null },
  });
  await tx.membership.deleteMany({ where: { conversationId, userId: userId } });
}
