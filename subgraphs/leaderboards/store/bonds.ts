import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';

/** What stands between a person and another; friends have two, one from each side. */
export interface Bond {
  userId: string;
  otherId: string;
  friends: boolean;
  /** The person blocks the other. */
  blocks: boolean;
}

/** Two people, whoever comes first. */
type Pair = readonly [string, string];

/** Who is whose friend, and who blocks whom, kept by the events of users. */
export interface BondStore {
  befriend(transaction: Transaction<PrismaClient>, pair: Pair): Promise<void>;
  unfriend(transaction: Transaction<PrismaClient>, pair: Pair): Promise<void>;
  block(transaction: Transaction<PrismaClient>, blockerId: string, blockedId: string): Promise<void>;
  unblock(transaction: Transaction<PrismaClient>, blockerId: string, blockedId: string): Promise<void>;
  /** These are all bonds that there are: in place of those that were known. */
  replace(transaction: Transaction<PrismaClient>, bonds: readonly Bond[]): Promise<void>;
}

export function createBondStore(): BondStore {
  return {
    async befriend({ tx }, [one, other]) {
      const data = [
        { userId: one, friendId: other },
        { userId: other, friendId: one },
      ];
      await tx.friendship.createMany({ data, skipDuplicates: true });
    },

    unfriend,

    async block(transaction, blockerId, blockedId) {
      await unfriend(transaction, [blockerId, blockedId]);
      await transaction.tx.block.createMany({ data: { blockerId, blockedId }, skipDuplicates: true });
    },

    async unblock({ tx }, blockerId, blockedId) {
      await tx.block.deleteMany({ where: { blockerId, blockedId } });
    },

    async replace({ tx }, bonds) {
      await tx.friendship.deleteMany();
      await tx.block.deleteMany();
      await executeIn(tx, ADD_FRIENDSHIPS, columnsOf(bonds.filter(({ friends }) => friends)));
      await executeIn(tx, ADD_BLOCKS, columnsOf(bonds.filter(({ blocks }) => blocks)));
    },
  };
}

async function unfriend({ tx }: Transaction<PrismaClient>, [one, other]: Pair): Promise<void> {
  await tx.friendship.deleteMany({
    where: {
      OR: [
        { userId: one, friendId: other },
        { userId: other, friendId: one },
      ],
    },
  });
}

type Columns = [userIds: readonly string[], otherIds: readonly string[]];

function columnsOf(bonds: readonly Bond[]): Columns {
  return [bonds.map(({ userId }) => userId), bonds.map(({ otherId }) => otherId)];
}

export const ADD_FRIENDSHIPS = sql<Columns>(`
  INSERT INTO friendships (user_id, friend_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS bond (user_id, friend_id)`);

export const ADD_BLOCKS = sql<Columns>(`
  INSERT INTO blocks (blocker_id, blocked_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS bond (blocker_id, blocked_id)`);
