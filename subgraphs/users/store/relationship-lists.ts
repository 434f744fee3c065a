import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { Card } from './people.ts';
import type { FriendRequest } from './relationships.ts';

/** Since when (milliseconds since 1970), and with whom. */
export type BondKeys = [since: number, otherId: string];
const bondKeys = z.tuple([cursorInstant, z.uuid()]);
export const friendsCursor = defineCursor<BondKeys>('users.friends', bondKeys);
export const blocksCursor = defineCursor<BondKeys>('users.blocks', bondKeys);

/** The request's id, whose order is that of time. */
export type RequestKeys = [id: string];
export const requestsCursor = defineCursor<RequestKeys>('users.friend-requests', z.tuple([z.uuid()]));

/** A person's lists, newest first; each page is one statement. */
export interface RelationshipLists {
  listFriends(userId: string, window: PageWindow<BondKeys>, signal: AbortSignal): Promise<Page<Card>>;
  listBlocked(userId: string, window: PageWindow<BondKeys>, signal: AbortSignal): Promise<Page<Card>>;
  /** What stands between any two people, in the order of their ids: up to `limit` of it behind `after`. */
  listBonds(
    after: readonly [userId: string, otherId: string] | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<Bond[]>;
  /** Requests that wait for an answer. */
  listRequests(list: RequestList, signal: AbortSignal): Promise<Page<FriendRequest>>;
}

/** What stands between a person and another. */
export interface Bond {
  userId: string;
  otherId: string;
  friends: boolean;
  /** The person blocks the other. */
  blocks: boolean;
}

export interface RequestList {
  userId: string;
  direction: 'RECEIVED' | 'SENT';
  window: PageWindow<RequestKeys>;
}

export function createRelationshipLists({ query }: Database<PrismaClient>): RelationshipLists {
  return {
    async listFriends(userId, window, signal) {
      const rows = await readWindow({ query }, FRIENDS, [userId], window, signal);
      return withoutSince(pageOf(rows, window, friendsCursor, bondKeysOf));
    },

    async listBlocked(userId, window, signal) {
      const rows = await readWindow({ query }, BLOCKED, [userId], window, signal);
      return withoutSince(pageOf(rows, window, blocksCursor, bondKeysOf));
    },

    listBonds(after, limit, signal) {
      const [userId, otherId] = after ?? [null, null];
      return query(BONDS, [userId, otherId, limit], signal);
    },

    async listRequests({ userId, direction, window }, signal) {
      const rows = await readWindow({ query }, REQUESTS[direction], [userId], window, signal);
      return pageOf(rows, window, requestsCursor, ({ id }) => [id]);
    },
  };
}

function bondKeysOf({ since, id }: Card & { since: Date }): BondKeys {
  return [since.getTime(), id];
}

function withoutSince(page: Page<Card & { since: Date }>): Page<Card> {
  return {
    ...page,
    edges: page.edges.map(({ row: { since: _since, ...card }, cursor }) => ({ row: card, cursor })),
  };
}

const CARD_COLUMNS =
  'p.id, p.name, p.handle, p.avatar_url AS "avatarUrl", p.avatar_file_id AS "avatarFileId"';

export const FRIENDS = paged<[userId: string], Card & { since: Date }, BondKeys>(
  {
    by: [
      ['f.since', 'timestamptz'],
      ['f.friend_id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT ${CARD_COLUMNS}, f.since
      FROM friendships f JOIN people p ON p.id = f.friend_id
     WHERE f.user_id = $1 AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const BLOCKED = paged<[userId: string], Card & { since: Date }, BondKeys>(
  {
    by: [
      ['b.created_at', 'timestamptz'],
      ['b.blocked_id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT ${CARD_COLUMNS}, b.created_at AS since
      FROM blocks b JOIN people p ON p.id = b.blocked_id
     WHERE b.blocker_id = $1 AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const REQUESTS = { RECEIVED: requestsBy('addressee_id'), SENT: requestsBy('requester_id') };

function requestsBy(mine: string) {
  return paged<[userId: string], FriendRequest, RequestKeys>(
    { by: [['id', 'uuid']], order: 'DESC' },
    ({ behind, order, limit }) => `
      SELECT id, requester_id AS "requesterId", addressee_id AS "addresseeId", low_id AS "lowId", high_id AS "highId",
             created_at AS "createdAt", accepted_at AS "acceptedAt"
        FROM friend_requests
       WHERE ${mine} = $1 AND accepted_at IS NULL AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
  );
}

/** Both kinds are read up to the limit first: the sum of what follows would be read for every page. */
export const BONDS = sql<[afterUserId: string | null, afterOtherId: string | null, limit: number], Bond>(`
  SELECT user_id AS "userId", other_id AS "otherId", bool_or(friends) AS friends, bool_or(NOT friends) AS blocks
  FROM (
    (SELECT user_id, friend_id AS other_id, true AS friends FROM friendships
     WHERE $1::uuid IS NULL OR (user_id, friend_id) > ($1, $2::uuid)
     ORDER BY user_id, friend_id LIMIT $3)
    UNION ALL
    (SELECT blocker_id, blocked_id, false FROM blocks
     WHERE $1::uuid IS NULL OR (blocker_id, blocked_id) > ($1, $2::uuid)
     ORDER BY blocker_id, blocked_id LIMIT $3)
  ) AS bond
  GROUP BY user_id, other_id ORDER BY user_id, other_id LIMIT $3`);
