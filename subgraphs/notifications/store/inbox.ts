import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import { allNotificationsRead, notificationRead } from '../events/events.ts';
import { maximumUnreadCount, type Notification } from '../rules/rules.ts';

/** Sort keys of an inbox: when the newest thing happened (milliseconds since 1970), then the id. */
export type InboxKeys = [occurredAt: number, id: string];

export const inboxCursor = defineCursor<InboxKeys>('notifications.inbox', z.tuple([cursorInstant, z.uuid()]));

/** An owner's view of their inbox, and what they do in it. */
export interface InboxStore {
  /** Newest first. */
  list(query: InboxQuery, signal: AbortSignal): Promise<Page<Notification>>;
  /** Those found, in any order. */
  batchGet(ownerId: string, ids: readonly string[]): Promise<Notification[]>;
  countUnread(ownerId: string, signal: AbortSignal): Promise<number>;
  /** The notification as it is then; null where the owner has no such one. */
  markRead(ownerId: string, id: string, at: Date): Promise<Notification | null>;
  /** How many were unread. */
  markAllRead(ownerId: string, at: Date): Promise<number>;
}

export interface InboxQuery {
  ownerId: string;
  unreadOnly: boolean;
  window: PageWindow<InboxKeys>;
}

export function createInboxStore(db: Database<PrismaClient>): InboxStore {
  return {
    async list({ ownerId, unreadOnly, window }, signal) {
      const rows = await readWindow(db, unreadOnly ? UNREAD : INBOX, [ownerId], window, signal);
      return pageOf(rows, window, inboxCursor, ({ occurredAt, id }) => [occurredAt.getTime(), id]);
    },

    batchGet(ownerId, ids) {
      return db.prisma.notification.findMany({ where: { ownerId, id: { in: [...ids] } } });
    },

    async countUnread(ownerId, signal) {
      const [row] = await db.query(COUNT_UNREAD, [ownerId, maximumUnreadCount], signal);
      return row?.unread ?? 0;
    },

    markRead(ownerId, id, readAt) {
      return db.transaction(async ({ tx, append }) => {
        const [marked] = await tx.notification.updateManyAndReturn({
          where: { id, ownerId, readAt: null },
          data: { readAt },
        });
        if (marked === undefined) return tx.notification.findUnique({ where: { id, ownerId } });
        await append(notificationRead(marked));
        return marked;
      });
    },

    markAllRead(ownerId, readAt) {
      return db.transaction(async ({ tx, append }) => {
        const { count } = await tx.notification.updateMany({
          where: { ownerId, readAt: null },
          data: { readAt },
        });
        if (count > 0) await append(allNotificationsRead(ownerId));
        return count;
      });
    },
  };
}

export const COUNT_UNREAD = sql<[ownerId: string, maximum: number], { unread: number }>(`
SELECT count(*)::integer AS unread
FROM (SELECT FROM notifications WHERE owner_id = $1 AND read_at IS NULL LIMIT $2) AS counted`);

const COLUMNS = `
  id, owner_id AS "ownerId", kind, actor_id AS "actorId", conversation_id AS "conversationId",
  message_id AS "messageId", friend_request_id AS "friendRequestId", count, occurred_at AS "occurredAt",
  read_at AS "readAt"`;

export const INBOX = inbox('owner_id = $1');
export const UNREAD = inbox('owner_id = $1 AND read_at IS NULL');

function inbox(where: string) {
  return paged<[ownerId: string], Notification, InboxKeys>(
    {
      by: [
        ['occurred_at', 'timestamptz'],
        ['id', 'uuid'],
      ],
      order: 'DESC',
    },
    ({ behind, order, limit }) => `
      SELECT ${COLUMNS} FROM notifications WHERE ${where} AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
  );
}
