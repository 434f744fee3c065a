import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { scoresChanged } from '../events.ts';
import { lockPeople } from './lock.ts';
import type { ScoreStore } from './scores.ts';

/** Who is whose friend, who blocks whom and who is in which gym, kept by the events of users and training. */
export interface BondStore {
  /** These are all friendships and blocks that there are: in place of those that were known. */
  replaceBonds(transaction: Transaction<PrismaClient>, bonds: readonly Bond[]): Promise<void>;
  befriend(transaction: Transaction<PrismaClient>, pair: readonly [string, string]): Promise<void>;
  unfriend(transaction: Transaction<PrismaClient>, pair: readonly [string, string]): Promise<void>;
  block(transaction: Transaction<PrismaClient>, blockerId: string, blockedId: string): Promise<void>;
  unblock(transaction: Transaction<PrismaClient>, blockerId: string, blockedId: string): Promise<void>;
  /** Somebody is in a gym from now on, and on its boards where they take part. A gym's first member brings its boards. */
  joinGym(transaction: Transaction<PrismaClient>, membership: GymMembership): Promise<void>;
  /** These are all members that there are: in place of those who were known. */
  replaceMembers(
    transaction: Transaction<PrismaClient>,
    memberships: readonly GymMembership[],
  ): Promise<void>;
  /** Somebody is no longer in a gym, and on none of its boards. */
  leaveGym(transaction: Transaction<PrismaClient>, membership: GymMembership): Promise<void>;
}

/** What stands between a person and another; friends have two, one from each side. */
export interface Bond {
  personId: string;
  otherId: string;
  friends: boolean;
  /** The person blocks the other. */
  blocks: boolean;
}

export interface GymMembership {
  gymId: string;
  personId: string;
}

export interface BondStoreOptions {
  scores: ScoreStore;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

export function createBondStore({ scores, now, newId }: BondStoreOptions): BondStore {
  return {
    async replaceBonds({ tx }, bonds) {
      await tx.friendship.deleteMany();
      await tx.block.deleteMany();
      const pairs = (which: (bond: Bond) => boolean): [string[], string[]] => {
        const chosen = bonds.filter(which);
        return [chosen.map(({ personId }) => personId), chosen.map(({ otherId }) => otherId)];
      };
      await tx.$executeRawUnsafe(ADD_FRIENDSHIPS, ...pairs(({ friends }) => friends));
      await tx.$executeRawUnsafe(ADD_BLOCKS, ...pairs(({ blocks }) => blocks));
    },

    async befriend({ tx }, [one, other]) {
      await tx.friendship.createMany({
        data: [
          { personId: one, friendId: other },
          { personId: other, friendId: one },
        ],
        skipDuplicates: true,
      });
    },

    unfriend,

    async block(transaction, blockerId, blockedId) {
      await unfriend(transaction, [blockerId, blockedId]);
      await transaction.tx.block.createMany({ data: { blockerId, blockedId }, skipDuplicates: true });
    },

    async unblock({ tx }, blockerId, blockedId) {
      await tx.block.deleteMany({ where: { blockerId, blockedId } });
    },

    async joinGym(transaction, { gymId, personId }) {
      const { tx } = transaction;
      await lockPeople(transaction, [personId]);
      await tx.gymMember.createMany({ data: { gymId, personId }, skipDuplicates: true });
      const at = new Date(now());
      await tx.$executeRawUnsafe(
        CREATE_GYM_BOARDS,
        gymId,
        GYM_BOARDS.map(() => newId()),
        at,
        ...gymBoardColumns(),
      );
      const joined = await tx.$executeRawUnsafe(JOIN_GYM_BOARDS, gymId, personId, at);
      if (joined > 0) await scores.rescore(transaction, [{ personId, instant: at }]);
    },

    async replaceMembers(transaction, memberships) {
      const { tx, append } = transaction;
      const known = await tx.gymMember.findMany();
      const before = new Set(known.map(idOf));
      const after = new Set(memberships.map(idOf));
      const gone = known.filter((membership) => !after.has(idOf(membership)));
      const come = memberships.filter((membership) => !before.has(idOf(membership)));
      const changed = [...new Set([...gone, ...come].map(({ personId }) => personId))];
      await lockPeople(transaction, changed);
      await tx.$executeRawUnsafe(FORGET_MEMBERS, ...columnsOf(gone));
      await tx.$executeRawUnsafe(ADD_MEMBERS, ...columnsOf(come));
      const at = new Date(now());
      for (const gymId of new Set(come.map((membership) => membership.gymId))) {
        await tx.$executeRawUnsafe(
          CREATE_GYM_BOARDS,
          gymId,
          GYM_BOARDS.map(() => newId()),
          at,
          ...gymBoardColumns(),
        );
      }
      const left = await tx.$queryRawUnsafe<{ personId: string }[]>(LEAVE_STRANGE_GYMS);
      await tx.$executeRawUnsafe(JOIN_GYMS, changed, at);
      await append(...left.map(({ personId }) => scoresChanged(personId)));
      await scores.rescore(
        transaction,
        changed.map((personId) => ({ personId, instant: at })),
      );
    },

    async leaveGym(transaction, { gymId, personId }) {
      const { tx, append } = transaction;
      await lockPeople(transaction, [personId]);
      await tx.gymMember.deleteMany({ where: { gymId, personId } });
      const boards = await tx.board.findMany({ where: { gymId }, select: { id: true } });
      const where = { personId, boardId: { in: boards.map(({ id }) => id) } };
      if ((await tx.boardMember.count({ where })) === 0) return;
      await scores.displace(transaction, [personId], where.boardId.in);
      await append(scoresChanged(personId));
    },
  };

  async function unfriend({ tx }: Transaction<PrismaClient>, [one, other]: readonly [string, string]) {
    await tx.friendship.deleteMany({
      where: {
        OR: [
          { personId: one, friendId: other },
          { personId: other, friendId: one },
        ],
      },
    });
  }
}

/** The boards that every gym has. */
const GYM_BOARDS = [
  { title: 'Points this month', metric: 'POINTS', period: 'MONTHLY' },
  { title: 'Volume this month', metric: 'VOLUME', period: 'MONTHLY' },
  { title: 'Sessions this week', metric: 'SESSIONS', period: 'WEEKLY' },
] as const;

function gymBoardColumns(): string[][] {
  return (['title', 'metric', 'period'] as const).map((column) => GYM_BOARDS.map((board) => board[column]));
}

const CREATE_GYM_BOARDS = `
  INSERT INTO boards (id, kind, title, metric, period, time_zone, gym_id, created_at)
  SELECT id, 'GYM', title, metric::board_metric, period::board_period, 'UTC', $1::uuid, $3::timestamptz
  FROM unnest($2::uuid[], $4::text[], $5::text[], $6::text[]) AS board (id, title, metric, period)
  WHERE NOT EXISTS (SELECT FROM boards WHERE gym_id = $1::uuid)`;

const JOIN_GYM_BOARDS = `
  INSERT INTO board_members (board_id, person_id, joined_at)
  SELECT b.id, p.person_id, $3::timestamptz FROM boards b, players p WHERE b.gym_id = $1::uuid AND p.person_id = $2::uuid
  ON CONFLICT DO NOTHING`;

const ADD_FRIENDSHIPS = `
  INSERT INTO friendships (person_id, friend_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS bond (person_id, friend_id)`;

const ADD_BLOCKS = `
  INSERT INTO blocks (blocker_id, blocked_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS bond (blocker_id, blocked_id)`;

const ADD_MEMBERS = `
  INSERT INTO gym_members (gym_id, person_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS member (gym_id, person_id)
  ON CONFLICT DO NOTHING`;

const FORGET_MEMBERS = `
  DELETE FROM gym_members g USING unnest($1::uuid[], $2::uuid[]) AS gone (gym_id, person_id)
  WHERE (g.gym_id, g.person_id) = (gone.gym_id, gone.person_id)`;

/** Takes off gyms' boards who is in none of these gyms, and notes it for Redis. */
const LEAVE_STRANGE_GYMS = `
  WITH strange AS (
    SELECT m.board_id, m.person_id FROM board_members m JOIN boards b ON b.id = m.board_id
    WHERE b.kind = 'GYM'
      AND NOT EXISTS (SELECT FROM gym_members g WHERE g.gym_id = b.gym_id AND g.person_id = m.person_id)
  ), left_boards AS (
    DELETE FROM board_members m USING strange s WHERE (m.board_id, m.person_id) = (s.board_id, s.person_id)
  ), displaced AS (
    DELETE FROM board_scores c USING strange s WHERE (c.board_id, c.person_id) = (s.board_id, s.person_id)
    RETURNING c.board_id, c.starts_on, c.person_id
  ), noted AS (
    INSERT INTO rank_changes (board_id, starts_on, person_id) SELECT * FROM displaced RETURNING person_id
  )
  SELECT DISTINCT person_id AS "personId" FROM noted`;

const JOIN_GYMS = `
  INSERT INTO board_members (board_id, person_id, joined_at)
  SELECT b.id, p.person_id, $2::timestamptz
  FROM gym_members g JOIN players p ON p.person_id = g.person_id JOIN boards b ON b.gym_id = g.gym_id
  WHERE g.person_id = ANY ($1::uuid[])
  ON CONFLICT DO NOTHING`;

function idOf({ gymId, personId }: GymMembership): string {
  return `${gymId}.${personId}`;
}

function columnsOf(memberships: readonly GymMembership[]): [gymIds: string[], personIds: string[]] {
  return [memberships.map(({ gymId }) => gymId), memberships.map(({ personId }) => personId)];
}
