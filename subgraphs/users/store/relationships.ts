import type { FriendRequest, PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database, Transaction } from '#platform/db/database.ts';
import { lockName } from '#platform/db/locks.ts';
import { queryIn, sql } from '#platform/sql/statement.ts';
import type { PairFacts } from '../rules/rules.ts';

export type { FriendRequest };

/** What is known of two people, also what the viewer is not told. */
export interface Pair extends PairFacts {
  /** The other exists. */
  exists: boolean;
  /** The other blocks the viewer. */
  blockedBy: boolean;
  /** The request between them, waiting or accepted. */
  request: FriendRequest | null;
}

/** How people stand to one another. */
export interface RelationshipStore {
  /** What is known of the viewer and each of the others, by the other's id; one statement. */
  facts(viewerId: string, otherIds: readonly string[]): Promise<Map<string, PairFacts>>;
  /** Which of the others do not exist, and with which a block stands, either way; one statement. */
  contacts(
    userId: string,
    otherIds: readonly string[],
  ): Promise<{ unknownIds: string[]; blockedIds: string[] }>;
  /** Requests that the viewer is a party to. */
  requests(viewerId: string, ids: readonly string[]): Promise<FriendRequest[]>;
  requestById(id: string): Promise<FriendRequest | null>;
  /** What stands between two people, who are locked against every other change of it until the transaction ends. */
  lockPair(transaction: Transaction<PrismaClient>, viewerId: string, otherId: string): Promise<Pair>;
}

export function createRelationshipStore({ prisma, query }: Database<PrismaClient>): RelationshipStore {
  return {
    async facts(viewerId, otherIds) {
      const rows = await query(FACTS, [viewerId, [...new Set(otherIds)]]);
      return new Map(rows.map(({ id, ...facts }) => [id, facts]));
    },

    async contacts(userId, otherIds) {
      const rows = await query(CONTACTS, [userId, [...new Set(otherIds)]]);
      return {
        unknownIds: rows.filter((row) => !row.exists).map(({ id }) => id),
        blockedIds: rows.filter((row) => row.blocked).map(({ id }) => id),
      };
    },

    requests(viewerId, ids) {
      return prisma.friendRequest.findMany({
        where: { id: { in: [...new Set(ids)] }, OR: [{ requesterId: viewerId }, { addresseeId: viewerId }] },
      });
    },

    requestById: (id) => prisma.friendRequest.findUnique({ where: { id } }),

    async lockPair({ tx }, viewerId, otherId) {
      const { lowId, highId } = pairKey(viewerId, otherId);
      await lockName(tx, `${lowId}:${highId}`);
      const [row] = await queryIn(tx, PAIR, [viewerId, otherId]);
      const request = await tx.friendRequest.findUnique({ where: { lowId_highId: { lowId, highId } } });
      if (row === undefined) throw new Error('The statement answers one row, always.');
      return { ...row, request };
    },
  };
}

/** Two people, whoever comes first. */
export function pairKey(left: string, right: string): { lowId: string; highId: string } {
  return left < right ? { lowId: left, highId: right } : { lowId: right, highId: left };
}

/** The columns of PairFacts, for a viewer $1 and somebody o.id. */
const FACT_COLUMNS = `
  o.id = $1::uuid AS same,
  EXISTS (SELECT FROM friendships f WHERE f.user_id = $1::uuid AND f.friend_id = o.id) AS friends,
  EXISTS (SELECT FROM blocks b WHERE b.blocker_id = $1::uuid AND b.blocked_id = o.id) AS blocks,
  (SELECT CASE WHEN r.requester_id = $1::uuid THEN 'viewer' ELSE 'other' END
     FROM friend_requests r
    WHERE r.low_id = LEAST(o.id, $1::uuid) AND r.high_id = GREATEST(o.id, $1::uuid)
      AND r.accepted_at IS NULL) AS "requestedBy"`;

export const FACTS = sql<[viewerId: string, otherIds: readonly string[]], PairFacts & { id: string }>(
  `SELECT o.id, ${FACT_COLUMNS} FROM unnest($2::uuid[]) AS o (id)`,
);

export const PAIR = sql<
  [viewerId: string, otherId: string],
  PairFacts & { exists: boolean; blockedBy: boolean }
>(`
  SELECT ${FACT_COLUMNS},
         EXISTS (SELECT FROM people p WHERE p.id = o.id) AS exists,
         EXISTS (SELECT FROM blocks b WHERE b.blocker_id = o.id AND b.blocked_id = $1::uuid) AS "blockedBy"
    FROM (SELECT $2::uuid AS id) AS o`);

export const CONTACTS = sql<
  [userId: string, otherIds: readonly string[]],
  { id: string; exists: boolean; blocked: boolean }
>(`
  SELECT o.id,
         EXISTS (SELECT FROM people p WHERE p.id = o.id) AS exists,
         EXISTS (SELECT FROM blocks b
                  WHERE (b.blocker_id = $1::uuid AND b.blocked_id = o.id)
                     OR (b.blocker_id = o.id AND b.blocked_id = $1::uuid)) AS blocked
    FROM unnest($2::uuid[]) AS o (id)`);
