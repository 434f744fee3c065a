import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import {
  type BoardAccess,
  type BoardKind,
  type BoardMetric,
  type BoardPeriod,
  type GoalKind,
  maximumFriends,
} from '../rules/rules.ts';

/** A board as one person sees it, in one of its periods. */
export interface BoardView {
  id: string;
  kind: BoardKind;
  title: string;
  description: string | null;
  metric: BoardMetric;
  period: BoardPeriod;
  timeZone: string;
  goalKind: GoalKind;
  /** As it is kept; null for none. */
  target: number | null;
  access: BoardAccess | null;
  gymId: string | null;
  ownerId: string | null;
  /** Null for everybody but the owner. */
  invitationCode: string | null;
  joined: boolean;
  /** As it is kept; null where none is set. */
  ownTarget: number | null;
  /** First day of the period, ISO 8601. */
  startsOn: string;
  /** Null for ALL_TIME. */
  periodStartsAt: Date | null;
  /** Null for ALL_TIME. */
  periodEndsAt: Date | null;
  version: number;
  createdAt: Date;
}

/** Which boards a list shows. */
export interface BoardFilter {
  kind: BoardKind | null;
  gymId: string | null;
  joinedOnly: boolean;
}

/** By kind, then the oldest first. */
export const boardCursor = defineCursor(
  'leaderboards.boards',
  z.tuple([z.int().min(0).max(3), cursorInstant, z.uuid()]),
);

/** What boards there are for somebody; one statement a read. */
export interface BoardStore {
  list(
    viewerId: string,
    filter: BoardFilter,
    window: PageWindow<[number, number, string]>,
    signal: AbortSignal,
  ): Promise<Page<BoardView>>;
  /**
   * Those among these that the viewer may see, as many periods ago; boards of ALL_TIME have no earlier one. Null stands for
   * all who may: what each of them sees, of boards that look the same to them. Friends' boards do not.
   */
  get(
    viewerId: string | null,
    ids: readonly string[],
    periodsAgo: number,
    signal?: AbortSignal,
  ): Promise<BoardView[]>;
  /** How many people are on each of these boards; on a friends' board, the viewer and those of their friends who are. */
  countMembers(
    viewerId: string | null,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<{ leaderboardId: string; memberCount: number }[]>;
  /** The boards that any of these people is on. */
  listOf(userIds: readonly string[]): Promise<string[]>;
  /** Friends whom a friends' board shows: those who take part and do not hide from it. */
  listFriends(viewerId: string, signal: AbortSignal): Promise<string[]>;
}

export function createBoardStore({ query }: Database<PrismaClient>, now: () => number): BoardStore {
  return {
    async list(viewerId, { kind, gymId, joinedOnly }, window, signal) {
      const rows = await readWindow(
        { query },
        BOARDS,
        [viewerId, new Date(now()), 0, kind, gymId, joinedOnly],
        window,
        signal,
      );
      return pageOf(rows, window, boardCursor, (row) => [row.place, row.createdAt.getTime(), row.id]);
    },

    get: (viewerId, ids, periodsAgo, signal) =>
      query(
        viewerId === null ? SHARED_BOARDS : VISIBLE_BOARDS,
        [viewerId, new Date(now()), periodsAgo, ids],
        signal,
      ),

    countMembers: (viewerId, ids, signal) => query(COUNT_MEMBERS, [viewerId, ids, maximumFriends], signal),

    async listOf(userIds) {
      const rows = await query(BOARDS_OF, [userIds]);
      return rows.map(({ id }) => id);
    },

    async listFriends(viewerId, signal) {
      const rows = await query(LIST_FRIENDS, [viewerId, maximumFriends], signal);
      return rows.map(({ id }) => id);
    },
  };
}

/** $1 is the viewer, $2 the present, $3 how many periods ago. */
const BOARD = `
  SELECT b.id, b.kind, b.title, b.description, b.metric, b.period, b.time_zone AS "timeZone", b.goal_kind AS "goalKind",
    b.target, b.access, b.gym_id AS "gymId", b.owner_id AS "ownerId", b.version, b.created_at AS "createdAt",
    CASE WHEN b.owner_id = $1 THEN b.invitation_code END AS "invitationCode",
    m.user_id IS NOT NULL AS joined, m.own_target AS "ownTarget", array_position(enum_range(b.kind), b.kind) - 1 AS place,
    w.starts_on::text AS "startsOn",
    CASE WHEN b.period <> 'ALL_TIME' THEN w.starts_at END AS "periodStartsAt",
    CASE WHEN b.period <> 'ALL_TIME' THEN w.ends_at END AS "periodEndsAt"
  FROM boards b
  LEFT JOIN board_members m ON m.board_id = b.id AND m.user_id = $1
  CROSS JOIN LATERAL board_period_at(b.period, b.time_zone, (
    $2::timestamptz AT TIME ZONE b.time_zone - make_interval(
      months => CASE WHEN b.period = 'MONTHLY' THEN $3::integer ELSE 0 END,
      weeks => CASE WHEN b.period = 'WEEKLY' THEN $3::integer ELSE 0 END
    )) AT TIME ZONE b.time_zone
  ) AS w`;

const VISIBLE = `(
    b.kind IN ('GLOBAL', 'FRIENDS') OR b.access = 'OPEN' OR b.owner_id = $1 OR m.user_id IS NOT NULL
    OR (b.kind = 'GYM' AND EXISTS (SELECT FROM gym_members g WHERE g.gym_id = b.gym_id AND g.user_id = $1))
  )`;

export const BOARDS = paged<
  [
    viewerId: string,
    now: Date,
    periodsAgo: number,
    kind: BoardKind | null,
    gymId: string | null,
    joinedOnly: boolean,
  ],
  BoardView & { place: number },
  [number, number, string]
>(
  {
    by: [
      ['place', 'integer'],
      ['"createdAt"', 'timestamptz'],
      ['id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    SELECT * FROM (${BOARD} WHERE ${VISIBLE}) AS board
    WHERE ($4::board_kind IS NULL OR kind = $4) AND ($5::uuid IS NULL OR "gymId" = $5) AND (joined OR NOT $6)
      AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);

export const VISIBLE_BOARDS = boardsWhere(VISIBLE);

/** Boards that look the same to all who may see them. */
export const SHARED_BOARDS = boardsWhere("b.kind <> 'FRIENDS'");

function boardsWhere(condition: string) {
  return sql<[viewerId: string | null, now: Date, periodsAgo: number, ids: readonly string[]], BoardView>(`
    ${BOARD} WHERE ${condition} AND b.id = ANY ($4::uuid[]) AND (b.period <> 'ALL_TIME' OR $3 = 0)`);
}

export const BOARDS_OF = sql<[userIds: readonly string[]], { id: string }>(
  'SELECT DISTINCT board_id AS id FROM board_members WHERE user_id = ANY ($1::uuid[])',
);

/** On friends' boards stand those who take part, and who do not hide from each other. */
const FRIENDS = `
  SELECT f.friend_id AS id FROM friendships f JOIN players p ON p.user_id = f.friend_id
  WHERE f.user_id = $1 AND p.visibility <> 'PRIVATE' LIMIT $2`;

export const LIST_FRIENDS = sql<[viewerId: string, limit: number], { id: string }>(FRIENDS);

export const COUNT_MEMBERS = sql<
  [viewerId: string | null, ids: readonly string[], maximumFriends: number],
  { leaderboardId: string; memberCount: number }
>(`
  WITH everybody AS MATERIALIZED (SELECT count(*) AS members FROM players),
  friends AS MATERIALIZED (
    SELECT count(*) + (SELECT count(*) FROM players WHERE user_id = $1) AS members FROM (${FRIENDS.replace('$2', '$3')}) AS friend
  )
  SELECT b.id AS "leaderboardId", CASE b.kind
    WHEN 'GLOBAL' THEN (SELECT members FROM everybody)
    WHEN 'FRIENDS' THEN (SELECT members FROM friends)
    ELSE (SELECT count(*) FROM board_members m WHERE m.board_id = b.id)
  END AS "memberCount"
  FROM boards b
  WHERE b.id = ANY ($2::uuid[])`);
