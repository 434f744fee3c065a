import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import {
  type InboxEntry,
  notificationCreated,
  notificationRead,
  notificationRemoved,
  notificationUpdated,
} from '../events/events.ts';
import { friendshipKinds, type NotificationKind } from '../rules/rules.ts';

/**
 * What other domains' events do to inboxes: each change and its events, inside the consumer's transaction. An event that
 * comes once more (the other domain's log was restored) changes nothing.
 */
export interface ArrivalStore {
  /** One notification to one person, once for a friend request and kind. */
  notifyOfFriendship(transaction: Transaction<PrismaClient>, arrival: FriendshipArrival): Promise<void>;
  /** One unread notification a recipient and conversation, which counts up; two statements for any number of them. */
  notifyOfMessage(transaction: Transaction<PrismaClient>, arrival: MessageArrival): Promise<void>;
  /** What a friend request asked for is done. */
  resolveFriendRequest(transaction: Transaction<PrismaClient>, friendRequestId: string): Promise<void>;
  /** Nothing in either inbox tells any longer of a bond between these two. */
  removeFriendship(transaction: Transaction<PrismaClient>, pair: readonly [string, string]): Promise<void>;
  /** Read, unless it tells of a message behind `upToSeq`. */
  resolveConversation(
    transaction: Transaction<PrismaClient>,
    conversation: ResolvedConversation,
  ): Promise<void>;
}

export interface FriendshipArrival {
  kind: Exclude<NotificationKind, 'MESSAGE_SENT'>;
  ownerId: string;
  actorId: string;
  friendRequestId: string;
  occurredAt: Date;
}

export interface MessageArrival {
  recipientIds: readonly string[];
  actorId: string;
  conversationId: string;
  messageId: string;
  /** The message's number in its conversation. */
  seq: number;
  occurredAt: Date;
}

export interface ResolvedConversation {
  ownerId: string;
  conversationId: string;
  /** Number, in the conversation, up to which the owner has read, or has been there. */
  upToSeq: number;
}

/** @param clock - The present, and fresh UUIDv7s. */
export function createArrivalStore(clock: { now(): number; newId(): string }): ArrivalStore {
  return {
    async notifyOfFriendship({ tx, append }, { kind, ownerId, actorId, friendRequestId, occurredAt }) {
      const created = await queryIn(tx, NOTIFY_OF_FRIENDSHIP, [
        clock.newId(),
        ownerId,
        kind,
        actorId,
        friendRequestId,
        occurredAt,
      ]);
      await append(...created.map(notificationCreated));
    },

    async notifyOfMessage({ tx, append }, arrival) {
      const { actorId, conversationId, messageId, seq, occurredAt } = arrival;
      // PostgreSQL refuses to update a row twice in one statement.
      const recipientIds = [...new Set(arrival.recipientIds)];
      if (recipientIds.length === 0) return;
      const ids = recipientIds.map(() => clock.newId());
      const entries = await queryIn(tx, NOTIFY_OF_MESSAGE, [
        ids,
        recipientIds,
        actorId,
        conversationId,
        messageId,
        seq,
        occurredAt,
      ]);
      await append(
        ...entries.map((entry) =>
          entry.count === 1 ? notificationCreated(entry) : notificationUpdated(entry),
        ),
      );
    },

    async resolveFriendRequest({ tx, append }, friendRequestId) {
      const read = await tx.notification.updateManyAndReturn({
        where: { kind: 'FRIEND_REQUESTED', friendRequestId, readAt: null },
        data: { readAt: new Date(clock.now()) },
        select: { id: true, ownerId: true },
      });
      await append(...read.map(notificationRead));
    },

    async removeFriendship({ tx, append }, [one, other]) {
      const removed = await queryIn(tx, REMOVE_FRIENDSHIP, [friendshipKinds, one, other]);
      await append(...removed.map(notificationRemoved));
    },

    async resolveConversation({ tx, append }, { ownerId, conversationId, upToSeq }) {
      const read = await tx.notification.updateManyAndReturn({
        where: { ownerId, conversationId, readAt: null, messageSeq: { lte: upToSeq } },
        data: { readAt: new Date(clock.now()) },
        select: { id: true, ownerId: true },
      });
      await append(...read.map(notificationRead));
    },
  };
}

export const NOTIFY_OF_FRIENDSHIP = sql<
  [
    id: string,
    ownerId: string,
    kind: NotificationKind,
    actorId: string,
    friendRequestId: string,
    occurredAt: Date,
  ],
  InboxEntry
>(`
  INSERT INTO notifications (id, owner_id, kind, actor_id, friend_request_id, occurred_at)
  SELECT $1::uuid, $2::uuid, $3::notification_kind, $4::uuid, $5::uuid, $6::timestamptz
  WHERE NOT EXISTS (
    SELECT FROM notification_preferences WHERE owner_id = $2::uuid AND kind = $3::notification_kind AND NOT in_app
  )
  ON CONFLICT (friend_request_id, kind) WHERE friend_request_id IS NOT NULL DO NOTHING
  RETURNING id, owner_id AS "ownerId"`);

/** Rows are locked in the order of their owners, so that two transactions cannot wait for each other in a circle. */
export const NOTIFY_OF_MESSAGE = sql<
  [
    ids: readonly string[],
    recipientIds: readonly string[],
    actorId: string,
    conversationId: string,
    messageId: string,
    seq: number,
    occurredAt: Date,
  ],
  InboxEntry & { count: number }
>(`
  INSERT INTO notifications AS n
    (id, owner_id, kind, actor_id, conversation_id, message_id, message_seq, occurred_at)
  SELECT recipient.id, recipient.owner_id, 'MESSAGE_SENT', $3::uuid, $4::uuid, $5::uuid, $6::bigint, $7::timestamptz
  FROM unnest($1::uuid[], $2::uuid[]) AS recipient (id, owner_id)
  WHERE NOT EXISTS (
    SELECT FROM notification_preferences AS preference
    WHERE preference.owner_id = recipient.owner_id AND preference.kind = 'MESSAGE_SENT' AND NOT in_app
  ) AND NOT EXISTS (
    SELECT FROM notifications AS told
    WHERE told.owner_id = recipient.owner_id AND told.conversation_id = $4::uuid AND told.message_seq >= $6::bigint
  )
  ORDER BY recipient.owner_id
  ON CONFLICT (owner_id, conversation_id) WHERE read_at IS NULL DO UPDATE
    SET count = n.count + 1, actor_id = excluded.actor_id, message_id = excluded.message_id,
        message_seq = excluded.message_seq, occurred_at = greatest(n.occurred_at, excluded.occurred_at)
  RETURNING id, owner_id AS "ownerId", count`);

export const REMOVE_FRIENDSHIP = sql<[kinds: readonly string[], one: string, other: string], InboxEntry>(`
  DELETE FROM notifications
  WHERE kind::text = ANY ($1::text[])
    AND ((owner_id = $2::uuid AND actor_id = $3::uuid) OR (owner_id = $3::uuid AND actor_id = $2::uuid))
  RETURNING id, owner_id AS "ownerId"`);
