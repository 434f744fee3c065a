import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { executeIn, queryIn, sql } from '#platform/sql/statement.ts';
import { scoresChanged } from '../events/events.ts';
import { lockPeople } from './lock.ts';
import type { ScoreStore } from './scores.ts';

export interface GymMembership {
  gymId: string;
  userId: string;
}

/** Who is in which gym, kept by the events of training, and who is therefore on which gym's boards. */
export interface GymStore {
  /** Somebody is in a gym from now on, and on its boards where they take part. A gym's first member brings its boards. */
  join(transaction: Transaction<PrismaClient>, membership: GymMembership): Promise<void>;
  /** Somebody is no longer in a gym, and on none of its boards. */
  leave(transaction: Transaction<PrismaClient>, membership: GymMembership): Promise<void>;
  /** These are all members that there are: in place of those who were known. */
  replace(transaction: Transaction<PrismaClient>, memberships: readonly GymMembership[]): Promise<void>;
}

export interface GymStoreOptions {
  scores: ScoreStore;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

type Tx = Transaction<PrismaClient>;

export function createGymStore({ scores, now, newId }: GymStoreOptions): GymStore {
  /** Puts players on the boards of all of their gyms, which are made where they are missing. */
  async function enter(open: Tx, gymIds: Iterable<string>, userIds: readonly string[]): Promise<void> {
    const at = new Date(now());
    for (const gymId of gymIds) {
      const ids = GYM_BOARDS.map(() => newId());
      await executeIn(open.tx, CREATE_BOARDS, [
        gymId,
        ids,
        at,
        GYM_BOARDS.map(({ title }) => title),
        GYM_BOARDS.map(({ metric }) => metric),
        GYM_BOARDS.map(({ period }) => period),
      ]);
    }
    await executeIn(open.tx, JOIN_BOARDS, [userIds, at]);
    await scores.rescore(
      open,
      userIds.map((userId) => ({ userId, instant: at })),
    );
  }

  return {
    async join(open, { gymId, userId }) {
      await lockPeople(open, [userId]);
      await open.tx.gymMember.createMany({ data: { gymId, userId }, skipDuplicates: true });
      await enter(open, [gymId], [userId]);
    },

    async leave(open, { gymId, userId }) {
      await lockPeople(open, [userId]);
      await open.tx.gymMember.deleteMany({ where: { gymId, userId } });
      await leaveStrangeBoards(open, [userId]);
    },

    async replace(open, memberships) {
      const known = await open.tx.gymMember.findMany();
      const [before, after] = [new Set(known.map(idOf)), new Set(memberships.map(idOf))];
      const gone = known.filter((membership) => !after.has(idOf(membership)));
      const come = memberships.filter((membership) => !before.has(idOf(membership)));
      const changed = [...new Set([...gone, ...come].map(({ userId }) => userId))];
      await lockPeople(open, changed);
      await executeIn(open.tx, FORGET_MEMBERS, columnsOf(gone));
      await executeIn(open.tx, ADD_MEMBERS, columnsOf(come));
      await leaveStrangeBoards(open, changed);
      await enter(open, new Set(come.map(({ gymId }) => gymId)), changed);
    },
  };
}

async function leaveStrangeBoards({ tx, append }: Tx, userIds: readonly string[]): Promise<void> {
  const left = await queryIn(tx, LEAVE_BOARDS, [userIds]);
  await append(...left.map(({ userId }) => scoresChanged(userId)));
}

function idOf({ gymId, userId }: GymMembership): string {
  return `${gymId}.${userId}`;
}

function columnsOf(memberships: readonly GymMembership[]): [gymIds: string[], userIds: string[]] {
  return [memberships.map(({ gymId }) => gymId), memberships.map(({ userId }) => userId)];
}

/** The boards that every gym has. */
const GYM_BOARDS = [
  { title: 'Points this month', metric: 'POINTS', period: 'MONTHLY' },
  { title: 'Volume this month', metric: 'VOLUME', period: 'MONTHLY' },
  { title: 'Sessions this week', metric: 'SESSIONS', period: 'WEEKLY' },
] as const;

export const CREATE_BOARDS = sql<
  [
    gymId: string,
    ids: readonly string[],
    createdAt: Date,
    titles: readonly string[],
    metrics: readonly string[],
    periods: readonly string[],
  ]
>(`
  INSERT INTO boards (id, kind, title, metric, period, time_zone, gym_id, created_at)
  SELECT id, 'GYM', title, metric::board_metric, period::board_period, 'UTC', $1::uuid, $3::timestamptz
  FROM unnest($2::uuid[], $4::text[], $5::text[], $6::text[]) AS board (id, title, metric, period)
  WHERE NOT EXISTS (SELECT FROM boards WHERE gym_id = $1::uuid)`);

export const JOIN_BOARDS = sql<[userIds: readonly string[], joinedAt: Date]>(`
  INSERT INTO board_members (board_id, user_id, joined_at)
  SELECT b.id, p.user_id, $2::timestamptz
  FROM gym_members g JOIN players p ON p.user_id = g.user_id JOIN boards b ON b.gym_id = g.gym_id
  WHERE g.user_id = ANY ($1::uuid[])
  ON CONFLICT DO NOTHING`);

export const ADD_MEMBERS = sql<[gymIds: readonly string[], userIds: readonly string[]]>(`
  INSERT INTO gym_members (gym_id, user_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS member (gym_id, user_id)
  ON CONFLICT DO NOTHING`);

export const FORGET_MEMBERS = sql<[gymIds: readonly string[], userIds: readonly string[]]>(`
  DELETE FROM gym_members g USING unnest($1::uuid[], $2::uuid[]) AS gone (gym_id, user_id)
  WHERE (g.gym_id, g.user_id) = (gone.gym_id, gone.user_id)`);

/** Takes people ($1) off the boards of gyms that they are not in, and notes it for Redis. Answers who had a place there. */
export const LEAVE_BOARDS = sql<[userIds: readonly string[]], { userId: string }>(`
  WITH strange AS (
    SELECT m.board_id, m.user_id FROM board_members m JOIN boards b ON b.id = m.board_id
    WHERE b.kind = 'GYM' AND m.user_id = ANY ($1::uuid[])
      AND NOT EXISTS (SELECT FROM gym_members g WHERE g.gym_id = b.gym_id AND g.user_id = m.user_id)
  ), left_boards AS (
    DELETE FROM board_members m USING strange s WHERE (m.board_id, m.user_id) = (s.board_id, s.user_id)
  ), displaced AS (
    DELETE FROM board_scores c USING strange s WHERE (c.board_id, c.user_id) = (s.board_id, s.user_id)
    RETURNING c.board_id, c.starts_on, c.user_id
  ), noted AS (
    INSERT INTO rank_changes (board_id, starts_on, user_id) SELECT * FROM displaced RETURNING user_id
  )
  SELECT DISTINCT user_id AS "userId" FROM noted`);
