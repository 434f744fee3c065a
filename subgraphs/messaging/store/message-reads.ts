import { z } from 'zod';
import type { Attachment } from '#platform/attachments/attachment.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { type CursorCodec, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import { maximumUnread } from '../rules/rules.ts';

/** A message as one person sees it: as it was when they left the conversation, where they did. */
export interface MessageView {
  id: string;
  conversationId: string;
  seq: number;
  /** Null where the author's account was erased. */
  senderId: string | null;
  /** Null in a tombstone, and where it is files alone. */
  body: string | null;
  /** Null where it answers none, or one that the person may not see. */
  replyToMessageId: string | null;
  sentAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
  version: number;
  /** The first used first. */
  reactions: { emoji: string; count: number; own: boolean }[];
  /** Files that hang on it, in the author's order. */
  fileIds: string[];
}

/** A page of a conversation's history. */
export interface MessagesPage {
  conversationId: string;
  page: Page<MessageView>;
}

/** Cursors of a conversation's history: seq. */
export function messageCursor(conversationId: string): CursorCodec<[number]> {
  return defineCursor(`messaging.messages.${conversationId}`, z.tuple([z.int()]));
}

/** What people may see of messages, one statement a read: whatever is outside of the viewer's intervals is not there. */
export function createMessageReads(db: Database<unknown>) {
  return {
    /** The same window on each of these conversations that the viewer is or was in, oldest first. */
    async list(
      viewerId: string,
      conversationIds: readonly string[],
      window: PageWindow<[number]>,
      signal?: AbortSignal,
    ): Promise<MessagesPage[]> {
      const rows = await readWindow(db, MESSAGES, [viewerId, conversationIds], window, signal);
      return [...Map.groupBy(rows, (row) => row.conversationId)].map(([conversationId, group]) => ({
        conversationId,
        page: pageOf(group.filter(isMessage), window, messageCursor(conversationId), (row) => [row.seq]),
      }));
    },

    /** Those among these ids that the viewer may see. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<MessageView[]> {
      return db.query(GET_MESSAGES, [viewerId, ids], signal);
    },

    /** Those among these ids, as everybody sees them who is in the conversation and was when they were written. */
    getShared(ids: readonly string[], signal?: AbortSignal): Promise<MessageView[]> {
      return db.query(SHARED_MESSAGES, [ids], signal);
    },

    /** Those of these pairs of message and file that there are. */
    listAttached(attachments: readonly Attachment[], signal?: AbortSignal): Promise<Attachment[]> {
      return db.query(
        ATTACHED,
        [attachments.map(({ subjectId }) => subjectId), attachments.map(({ fileId }) => fileId)],
        signal,
      );
    },

    /** The newest that the viewer may see of each of these conversations. */
    getLast(
      viewerId: string,
      conversationIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<MessageView[]> {
      return db.query(LAST_MESSAGES, [viewerId, conversationIds], signal);
    },

    /** Messages of others that the viewer has not read, at most 1,000, one row for each conversation they are or were in. */
    countUnread(
      viewerId: string,
      conversationIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<{ conversationId: string; unreadCount: number }[]> {
      return db.query(UNREAD_COUNTS, [viewerId, conversationIds], signal);
    },

    /** What each of these people wrote in the direct conversation with the viewer, and they have not read; as countUnread. */
    countUnreadFrom(
      viewerId: string,
      senderIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<{ clientId: string; unreadCount: number }[]> {
      return db.query(UNREAD_COUNTS_FROM, [viewerId, senderIds], signal);
    },

    /** The viewer's conversations with something unread, at most 1,000. */
    async countUnreadConversations(viewerId: string, signal?: AbortSignal): Promise<number> {
      const rows = await db.query(UNREAD_CONVERSATIONS, [viewerId], signal);
      return rows[0]?.count ?? 0;
    },

    /** Who was in the conversation at each message, but for its author. */
    listRecipients(
      messageIds: readonly string[],
      signal?: AbortSignal,
    ): Promise<{ messageId: string; userIds: string[] }[]> {
      return db.query(RECIPIENTS, [messageIds], signal);
    },
  };
}

/** The viewer's newest membership; where it has ended, what happened to older messages since is not theirs to see. */
const BOUND = 'bound.user_id = $1 AND bound.newest';

/** `found` is a {@link MESSAGE} of the conversation that `bound` is of; its columns are null where there is none. */
const VIEW = 'bound.conversation_id AS "conversationId", found.*';

/** Whether the message lies in one of the viewer's intervals. */
function inSight(message: string): string {
  return `EXISTS (
    SELECT 1 FROM memberships sight
    WHERE sight.conversation_id = ${message}.conversation_id AND sight.user_id = $1
      AND sight.joined_seq <= ${message}.seq AND (sight.left_seq IS NULL OR ${message}.seq <= sight.left_seq)
  )`;
}

/** The reactions to message `m` for which `isSeen` holds; `isOwn` tells the viewer's own. */
function reactionsSql(isOwn: string, isSeen: string): string {
  return `COALESCE((
    SELECT json_agg(json_build_object('emoji', used.emoji, 'count', used.count, 'own', used.own) ORDER BY used.first)
    FROM (
      SELECT emoji, count(*) AS count, bool_or(${isOwn}) AS own, min(seq) AS first
      FROM reactions WHERE message_id = m.id AND ${isSeen} GROUP BY emoji
    ) used
  ), '[]') AS reactions`;
}

/** Of message `m`. */
const FILE_IDS = `COALESCE((
    SELECT json_agg(file_id ORDER BY position) FROM message_attachments WHERE message_id = m.id
  ), '[]') AS "fileIds"`;

/** The largest bigint. */
const maximumSeq = '9223372036854775807';

/**
 * $1 is the viewer, `bound` their newest membership. That the message lies between their first and last seq is implied;
 * said again, it lets the index start there: who left a busy conversation long ago does not read past all that came since.
 */
const MESSAGE = `
  SELECT m.id, m.seq, m.sender_id AS "senderId", m.sent_at AS "sentAt", m.deleted_at AS "deletedAt",
    CASE WHEN past.version IS NULL THEN m.body ELSE past.body END AS body,
    CASE WHEN past.version IS NULL THEN m.edited_at ELSE past.edited_at END AS "editedAt",
    COALESCE(past.version, m.version) AS version,
    (SELECT answered.id FROM messages answered WHERE answered.id = m.reply_to_message_id AND ${inSight('answered')})
      AS "replyToMessageId",
    ${FILE_IDS},
    ${reactionsSql('user_id = $1', '(bound.left_seq IS NULL OR seq <= bound.left_seq)')}
  FROM messages m LEFT JOIN LATERAL (
    SELECT version, body, edited_at FROM past_texts
    WHERE message_id = m.id AND m.edited_seq > bound.left_seq AND seq <= bound.left_seq
    ORDER BY seq DESC LIMIT 1
  ) past ON true
  WHERE ${inSight('m')} AND m.seq <= COALESCE(bound.left_seq, ${maximumSeq}) AND m.seq >= (
    SELECT min(joined_seq) FROM memberships WHERE conversation_id = bound.conversation_id AND user_id = $1
  )`;

/** $1 are ids. Which message one answers is left out: not all who see the answer see it. */
export const SHARED_MESSAGES = sql<[ids: readonly string[]], MessageView>(`
  SELECT m.conversation_id AS "conversationId", m.id, m.seq, m.sender_id AS "senderId", m.body, NULL AS "replyToMessageId",
    m.sent_at AS "sentAt", m.edited_at AS "editedAt", m.deleted_at AS "deletedAt", m.version,
    ${FILE_IDS},
    ${reactionsSql('false', 'true')}
  FROM messages m WHERE m.id = ANY ($1::uuid[])`);

/** `v` is the viewer's newest membership, $1 they. */
const UNREAD = `
  SELECT 1 FROM messages m
  WHERE m.conversation_id = v.conversation_id AND m.seq > v.read_seq
    AND m.seq <= COALESCE(v.left_seq, ${maximumSeq}) AND m.deleted_at IS NULL AND m.sender_id IS DISTINCT FROM $1`;

type ByIds = [viewerId: string, ids: readonly string[]];

export const GET_MESSAGES = sql<ByIds, MessageView>(`
  SELECT ${VIEW} FROM messages target
  JOIN memberships bound ON ${BOUND} AND bound.conversation_id = target.conversation_id
  CROSS JOIN LATERAL (${MESSAGE} AND m.id = target.id) found
  WHERE target.id = ANY ($2::uuid[])`);

/** One row without a message for a conversation whose page is empty: the viewer may see that it is. */
type MessageRow =
  | MessageView
  | ({ conversationId: string } & Record<Exclude<keyof MessageView, 'conversationId'>, null>);

export const MESSAGES = paged<ByIds, MessageRow, [number]>(
  { by: [['m.seq', 'bigint']], order: 'ASC' },
  ({ behind, order, limit, direction }) => `
    SELECT ${VIEW} FROM memberships bound LEFT JOIN LATERAL (
      ${MESSAGE} AND m.conversation_id = bound.conversation_id AND ${behind} ORDER BY ${order} LIMIT ${limit}
    ) found ON true
    WHERE ${BOUND} AND bound.conversation_id = ANY ($2::uuid[])
    ORDER BY bound.conversation_id, found.seq ${direction}`,
);

export const LAST_MESSAGES = sql<ByIds, MessageView>(`
  SELECT ${VIEW} FROM memberships bound CROSS JOIN LATERAL (
    ${MESSAGE} AND m.conversation_id = bound.conversation_id ORDER BY m.seq DESC LIMIT 1
  ) found
  WHERE ${BOUND} AND bound.conversation_id = ANY ($2::uuid[])`);

export const ATTACHED = sql<[messageIds: readonly string[], fileIds: readonly string[]], Attachment>(`
  SELECT message_id AS "subjectId", file_id AS "fileId" FROM message_attachments
  WHERE (message_id, file_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`);

export const UNREAD_COUNTS = sql<ByIds, { conversationId: string; unreadCount: number }>(`
  SELECT v.conversation_id AS "conversationId",
    (SELECT count(*) FROM (${UNREAD} LIMIT ${maximumUnread}) counted)::int AS "unreadCount"
  FROM memberships v
  WHERE v.user_id = $1 AND v.newest AND v.conversation_id = ANY ($2::uuid[])`);

export const UNREAD_COUNTS_FROM = sql<ByIds, { clientId: string; unreadCount: number }>(`
  SELECT asked.id AS "clientId", coalesce(counted.unread, 0)::int AS "unreadCount"
  FROM unnest($2::uuid[]) AS asked (id)
  LEFT JOIN conversations c ON c.kind = 'DIRECT'
    AND c.pair_low = LEAST(asked.id, $1::uuid) AND c.pair_high = GREATEST(asked.id, $1::uuid)
  LEFT JOIN memberships v ON v.conversation_id = c.id AND v.user_id = $1 AND v.newest
  LEFT JOIN LATERAL (
    SELECT count(*) AS unread FROM (${UNREAD} LIMIT ${maximumUnread}) AS messages
  ) AS counted ON v.user_id IS NOT NULL`);

export const UNREAD_CONVERSATIONS = sql<[viewerId: string], { count: number }>(`
  SELECT count(*) FROM (
    SELECT 1 FROM memberships v WHERE v.user_id = $1 AND v.newest AND EXISTS (${UNREAD}) LIMIT ${maximumUnread}
  ) counted`);

export const RECIPIENTS = sql<[messageIds: readonly string[]], { messageId: string; userIds: string[] }>(`
  SELECT m.id AS "messageId", array_remove(array_agg(p.user_id::text), NULL) AS "userIds"
  FROM messages m LEFT JOIN memberships p ON p.conversation_id = m.conversation_id
    AND p.joined_seq <= m.seq AND (p.left_seq IS NULL OR m.seq <= p.left_seq)
    AND p.user_id IS DISTINCT FROM m.sender_id
  WHERE m.id = ANY ($1::uuid[]) GROUP BY m.id`);

function isMessage(row: MessageRow): row is MessageView {
  return row.id !== null;
}
