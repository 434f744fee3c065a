import type { PrismaClient } from '#gen/prisma/messaging/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { notFound } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import {
  messageDeleted,
  messageEdited,
  messageSent,
  reactionsChanged,
  readMarkerMoved,
} from '../events/events.ts';
import { type Interval, type MessageState, sees } from '../rules/rules.ts';
import { type LockedConversation, lockConversation } from './conversation-changes.ts';

/** A message that is to be written. */
export interface MessageDraft {
  id: string;
  conversationId: string;
  senderId: string;
  /** Null where it is files alone. */
  body: string | null;
  replyToMessageId: string | null;
  /** Files that hang on it, in this order. */
  fileIds: readonly string[];
}

/** Where something is written: the conversation, locked, and what the writer may see of it. */
export interface WritingPlace {
  conversation: LockedConversation;
  intervals: Interval[];
}

/** A message that is to be changed, in its place. */
export interface ChangingPlace extends WritingPlace {
  message: MessageState;
  /** The different emoji under it. */
  emoji: string[];
}

/**
 * Writes and changes messages; each change and its event are one transaction. `check` throws what forbids it. What the
 * actor may not see is NOT_FOUND.
 */
export function createMessageChanges({ db, now }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Writes a message, and answers with its id.
     * `check` learns the seq of the message that this one answers, null where there is no such message in the conversation.
     */
    send(
      draft: MessageDraft,
      creation: Creation,
      check: (place: WritingPlace, answeredSeq: number | null) => void,
    ): Promise<string> {
      const { fileIds, ...message } = draft;
      const { id, conversationId, senderId, replyToMessageId } = message;
      const call = { viewerId: senderId, method: 'SendMessage', ...creation };
      return db.idempotent(call, async (transaction) => {
        const { tx, append } = transaction;
        const place = await enter(transaction, conversationId, senderId);
        const answered =
          replyToMessageId &&
          (await tx.message.findFirst({ where: { id: replyToMessageId, conversationId } }));
        check(place, answered ? Number(answered.seq) : null);
        const sentAt = new Date(now());
        const [event] = await append(messageSent({ conversationId, messageId: id, actorId: senderId }));
        await tx.message.create({ data: { ...message, seq: event?.seq ?? 0, sentAt } });
        await tx.messageAttachment.createMany({
          data: fileIds.map((fileId, position) => ({ messageId: id, fileId, position })),
        });
        await tx.conversation.updateMany({
          where: { id: conversationId, lastActivityAt: { lt: sentAt } },
          data: { lastActivityAt: sentAt },
        });
        return id;
      });
    },

    /** Gives a message another text. */
    edit(messageId: string, actorId: string, body: string, check: (place: ChangingPlace) => void) {
      return changeMessage(messageId, actorId, check, async ({ tx, append }, { version, ...message }) => {
        const [event] = await append(messageEdited({ ...subjectsOf(message), actorId }));
        await executeIn(tx, KEEP_PAST_TEXT, [messageId]);
        const edited = { editedAt: new Date(now()), editedSeq: event?.seq ?? 0 };
        await tx.message.update({
          where: { id: messageId },
          data: { body, version: version + 1, ...edited },
        });
      });
    },

    /** Makes a message a tombstone. */
    delete(messageId: string, actorId: string, check: (place: ChangingPlace) => void) {
      return changeMessage(messageId, actorId, check, async (transaction, message) => {
        if (message.deletedAt !== null) return;
        await transaction.append(messageDeleted({ ...subjectsOf(message), actorId }));
        await bury(transaction, [messageId], new Date(now()));
      });
    },

    /** Puts an emoji under a message. */
    addReaction(messageId: string, userId: string, emoji: string, check: (place: ChangingPlace) => void) {
      return changeMessage(messageId, userId, check, async ({ tx, append }, message) => {
        const reaction = { messageId, userId, emoji };
        if ((await tx.reaction.count({ where: reaction })) > 0) return;
        const [event] = await append(reactionsChanged({ ...subjectsOf(message), actorId: userId }));
        await tx.reaction.create({ data: { ...reaction, seq: event?.seq ?? 0 } });
      });
    },

    /** Takes an emoji back. */
    removeReaction(messageId: string, userId: string, emoji: string, check: (place: ChangingPlace) => void) {
      return changeMessage(messageId, userId, check, async ({ tx, append }, message) => {
        const { count } = await tx.reaction.deleteMany({ where: { messageId, userId, emoji } });
        if (count > 0) await append(reactionsChanged({ ...subjectsOf(message), actorId: userId }));
      });
    },

    /** Moves a read marker forward to a message. */
    markRead(conversationId: string, messageId: string, userId: string): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const message = await tx.message.findFirst({ where: { id: messageId, conversationId } });
        const intervals = await loadIntervals(tx, conversationId, userId);
        if (message === null || !sees(intervals, Number(message.seq))) throw notFound('message');
        const { count } = await tx.membership.updateMany({
          where: { conversationId, userId, newest: true, readSeq: { lt: message.seq } },
          data: { readSeq: message.seq },
        });
        if (count > 0) await append(readMarkerMoved(conversationId, userId, Number(message.seq)));
      });
    },
  };

  function changeMessage(
    messageId: string,
    actorId: string,
    check: (place: ChangingPlace) => void,
    apply: (transaction: Transaction<PrismaClient>, message: MessageState & MessagePlace) => Promise<void>,
  ): Promise<void> {
    return db.transaction(async (transaction) => {
      const { tx } = transaction;
      const where = { id: messageId };
      const found = await tx.message.findUnique({ where, select: { conversationId: true } });
      if (found === null) throw notFound('message');
      const place = await enter(transaction, found.conversationId, actorId);
      // Read again now that nobody else can change it.
      const message = await tx.message.findUniqueOrThrow({ where });
      if (!sees(place.intervals, Number(message.seq))) throw notFound('message');
      const used = await tx.reaction.findMany({ where: { messageId }, distinct: 'emoji' });
      check({ ...place, message, emoji: used.map(({ emoji }) => emoji) });
      await apply(transaction, message);
    });
  }
}

/** Where a message stands. */
export interface MessagePlace {
  id: string;
  conversationId: string;
  seq: bigint;
}

/** What an event names of a message that was there before. */
export function subjectsOf({ id, conversationId, seq }: MessagePlace) {
  return { conversationId, messageId: id, messageSeq: String(seq) };
}

/** Takes the texts of messages, and what hangs on them. */
export async function bury(
  { tx }: Transaction<PrismaClient>,
  messageIds: string[],
  deletedAt: Date,
): Promise<void> {
  await tx.pastText.deleteMany({ where: { messageId: { in: messageIds } } });
  await tx.reaction.deleteMany({ where: { messageId: { in: messageIds } } });
  await tx.messageAttachment.deleteMany({ where: { messageId: { in: messageIds } } });
  await tx.message.updateMany({ where: { id: { in: messageIds } }, data: { body: null, deletedAt } });
}

async function enter(
  { tx }: Transaction<PrismaClient>,
  conversationId: string,
  userId: string,
): Promise<WritingPlace> {
  const conversation = await lockConversation(tx, conversationId);
  const intervals = conversation === null ? [] : await loadIntervals(tx, conversationId, userId);
  if (conversation === null || intervals.length === 0) throw notFound('conversation');
  return { conversation, intervals };
}

/** Only where somebody had left who goes on seeing this text: otherwise an edit leaves nothing of it. */
export const KEEP_PAST_TEXT = sql<[messageId: string]>(`
  INSERT INTO past_texts (message_id, version, seq, body, edited_at)
  SELECT m.id, m.version, COALESCE(m.edited_seq, m.seq), m.body, m.edited_at
  FROM messages m
  WHERE m.id = $1::uuid AND EXISTS (
    SELECT 1 FROM memberships gone
    WHERE gone.conversation_id = m.conversation_id AND gone.newest AND gone.left_seq >= COALESCE(m.edited_seq, m.seq)
  )`);

/** The intervals of a locked conversation that somebody may see, the first one first. */
async function loadIntervals(tx: PrismaClient, conversationId: string, userId: string): Promise<Interval[]> {
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
