import { z } from 'zod';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { type CursorCodec, cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';

/** A conversation as one person sees it: as it was when they left, where they did. */
export interface ConversationView {
  id: string;
  kind: 'DIRECT' | 'GROUP';
  title: string | null;
  ownerId: string | null;
  createdAt: Date;
  lastActivityAt: Date;
  participantCount: number;
  active: boolean;
}

/** Somebody in a conversation. */
export interface ParticipantView {
  conversationId: string;
  userId: string;
  joinedAt: Date;
  joinedSeq: number;
}

/** A page of each conversation's participants. */
export interface ParticipantsPage {
  conversationId: string;
  page: Page<ParticipantView>;
}

/** Cursors of a person's conversations: last activity in milliseconds, id. */
export const conversationCursor = defineCursor('messaging.conversations', z.tuple([cursorInstant, z.uuid()]));

/** Cursors of a conversation's participants: the seq at which they joined. */
export function participantCursor(conversationId: string): CursorCodec<[number]> {
  return defineCursor(`messaging.participants.${conversationId}`, z.tuple([z.int()]));
}

/** The conversations that the viewer is or was in, one statement a read. */
export function createConversationReads(db: Database<unknown>) {
  return {
    /** The one written to last first. */
    async list(
      viewerId: string,
      window: PageWindow<[number, string]>,
      signal?: AbortSignal,
    ): Promise<Page<ConversationView>> {
      const rows = await readWindow(db, CONVERSATIONS, [viewerId], window, signal);
      return pageOf(rows, window, conversationCursor, (row) => [row.lastActivityAt.getTime(), row.id]);
    },

    /** Those among these ids that the viewer is or was in. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<ConversationView[]> {
      return db.query(GET_CONVERSATIONS, [viewerId, ids], signal);
    },

    /** Those among these ids, as everybody sees them who is in them; `active` says so, and `lastActivityAt` is the last of all. */
    getShared(ids: readonly string[], signal?: AbortSignal): Promise<ConversationView[]> {
      return db.query(SHARED_CONVERSATIONS, [ids], signal);
    },

    /**
     * The same window on the participants of each of these conversations, in the order in which they joined. Who has
     * left sees those who were in it then.
     */
    async listParticipants(
      viewerId: string,
      conversationIds: readonly string[],
      window: PageWindow<[number]>,
      signal?: AbortSignal,
    ): Promise<ParticipantsPage[]> {
      const rows = await readWindow(db, PARTICIPANTS, [viewerId, conversationIds], window, signal);
      return [...Map.groupBy(rows, (row) => row.conversationId)].map(([conversationId, group]) => ({
        conversationId,
        page: pageOf(group.filter(isParticipant), window, participantCursor(conversationId), (row) => [
          row.joinedSeq,
        ]),
      }));
    },

    /** The other one of a direct conversation that the viewer is in; `userId` is null once their account was erased. */
    async findPeer(viewerId: string, target: PeerTarget, signal?: AbortSignal): Promise<Peer | null> {
      const [row] = await db.query(PEER, [viewerId, target.conversationId, target.messageId], signal);
      return row ?? null;
    },

    /** The present participants of these conversations. */
    async listPresent(conversationIds: readonly string[]): Promise<string[]> {
      const rows = await db.query(PRESENT, [conversationIds]);
      return rows.map((row) => row.userId);
    },

    /** The part of a conversation's topic that somebody may see: their newest interval. Null where there is none. */
    async findInterval(
      viewerId: string,
      conversationId: string,
      signal?: AbortSignal,
    ): Promise<{ joinedSeq: number; leftSeq: number | null } | null> {
      const [row] = await db.query(INTERVAL, [viewerId, conversationId], signal);
      return row ?? null;
    },
  };
}

/** Names a conversation, by its id or by that of a message in it. */
export type PeerTarget =
  | { conversationId: string; messageId: null }
  | { conversationId: null; messageId: string };

/** Whom somebody writes to in a direct conversation. */
export interface Peer {
  userId: string | null;
}

/**
 * $1 is the viewer. The list is sorted after it was read, since activity is the conversation's: what sorting a person's
 * hundreds of memberships costs is less than moving up to 250 rows at every message.
 */
const CONVERSATION = `
  SELECT c.id, c.kind, c.created_at AS "createdAt", v.left_seq IS NULL AS active,
    CASE WHEN v.left_seq IS NULL THEN c.title ELSE v.final_title END AS title,
    CASE WHEN v.left_seq IS NULL THEN c.owner_id ELSE v.final_owner_id END AS "ownerId",
    CASE WHEN v.left_seq IS NULL THEN c.participant_count ELSE v.final_participant_count END AS "participantCount",
    CASE WHEN v.left_seq IS NULL THEN GREATEST(c.last_activity_at, v.joined_at) ELSE v.final_activity_at END
      AS "lastActivityAt"
  FROM memberships v JOIN conversations c ON c.id = v.conversation_id
  WHERE v.user_id = $1 AND v.newest`;

/** $1 are ids. */
export const SHARED_CONVERSATIONS = sql<[ids: readonly string[]], ConversationView>(`
  SELECT id, kind, title, owner_id AS "ownerId", created_at AS "createdAt", last_activity_at AS "lastActivityAt",
    participant_count AS "participantCount", true AS active
  FROM conversations WHERE id = ANY ($1::uuid[])`);

export const PEER = sql<[viewerId: string, conversationId: string | null, messageId: string | null], Peer>(`
  SELECT CASE WHEN c.pair_low = $1 THEN c.pair_high ELSE c.pair_low END AS "userId"
  FROM conversations c JOIN memberships v ON v.conversation_id = c.id AND v.user_id = $1 AND v.newest
  WHERE c.kind = 'DIRECT' AND c.id = COALESCE($2::uuid, (SELECT conversation_id FROM messages WHERE id = $3::uuid))`);

export const GET_CONVERSATIONS = sql<[viewerId: string, ids: readonly string[]], ConversationView>(
  `${CONVERSATION} AND v.conversation_id = ANY ($2::uuid[])`,
);

export const CONVERSATIONS = paged<[viewerId: string], ConversationView, [number, string]>(
  {
    by: [
      ['"lastActivityAt"', 'timestamptz'],
      ['id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) =>
    `SELECT * FROM (${CONVERSATION}) mine WHERE ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const PRESENT = sql<[conversationIds: readonly string[]], { userId: string }>(`
  SELECT DISTINCT user_id AS "userId" FROM memberships
  WHERE conversation_id = ANY ($1::uuid[]) AND left_seq IS NULL`);

export const INTERVAL = sql<
  [viewerId: string, conversationId: string],
  { joinedSeq: number; leftSeq: number | null }
>(`
  SELECT joined_seq AS "joinedSeq", left_seq AS "leftSeq" FROM memberships
  WHERE user_id = $1 AND conversation_id = $2 AND newest`);

/** One row without a person for a conversation whose page is empty: the viewer may see that it is. */
type ParticipantRow =
  | ParticipantView
  | { conversationId: string; userId: null; joinedAt: null; joinedSeq: null };

export const PARTICIPANTS = paged<
  [viewerId: string, conversationIds: readonly string[]],
  ParticipantRow,
  [number]
>(
  { by: [['joined_seq', 'bigint']], order: 'ASC' },
  ({ behind, order, limit, direction }) => `
    SELECT v.conversation_id AS "conversationId", p.user_id AS "userId", p.joined_at AS "joinedAt",
      p.joined_seq AS "joinedSeq"
    FROM memberships v LEFT JOIN LATERAL (
      SELECT user_id, joined_at, joined_seq FROM memberships
      WHERE conversation_id = v.conversation_id
        AND (left_seq IS NULL OR left_seq > v.left_seq) AND (v.left_seq IS NULL OR joined_seq <= v.left_seq)
        AND ${behind}
      ORDER BY ${order} LIMIT ${limit}
    ) p ON true
    WHERE v.user_id = $1 AND v.newest AND v.conversation_id = ANY ($2::uuid[])
    ORDER BY v.conversation_id, p.joined_seq ${direction}`,
);

function isParticipant(row: ParticipantRow): row is ParticipantView {
  return row.userId !== null;
}
