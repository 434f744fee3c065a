import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { type CursorCodec, cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { AchievementMetric } from '../rules/rules.ts';
import { TOTALS } from './score-sql.ts';

/** Something that can be reached; target as it is kept. */
export interface AchievementRow {
  id: string;
  title: string;
  description: string;
  metric: AchievementMetric;
  target: number;
}

/** How far somebody is with it. */
export interface UserAchievementRow extends AchievementRow {
  userId: string;
  progress: number;
  unlockedAt: Date | null;
}

/** All that somebody has done; volume in grams. */
export interface TotalsRow {
  userId: string;
  points: number;
  sessions: number;
  volume: number;
  records: number;
  daysOnTarget: number;
  longestStreak: number;
  currentStreak: number;
}

/** Points that somebody got. */
export interface PointEntryRow {
  id: string;
  ruleName: string;
  reason: string;
  points: number;
  occurredAt: Date;
}

/** What gives points. */
export interface PointRuleRow {
  name: string;
  title: string;
  points: number;
  maxPerDay: number | null;
}

/** By metric and target. */
export const achievementCursor = defineCursor(
  'leaderboards.achievements',
  z.tuple([z.int().min(0).max(20), z.int(), z.uuid()]),
);
export const ruleCursor = defineCursor('leaderboards.point-rules', z.tuple([z.string().max(100)]));
export const entryCursor = defineCursor('leaderboards.point-entries', z.tuple([cursorInstant, z.uuid()]));

/** Cursors of one person's achievements: when unlocked (milliseconds; 0 before), then the id. */
export function userAchievementCursor(userId: string): CursorCodec<[number, string]> {
  return defineCursor(`leaderboards.achievements.${userId}`, z.tuple([cursorInstant, z.uuid()]));
}

/** Points and achievements; one statement a read. */
export interface AchievementStore {
  listRules(window: PageWindow<[string]>, signal: AbortSignal): Promise<Page<PointRuleRow>>;
  /** Newest first. */
  listEntries(
    userId: string,
    window: PageWindow<[number, string]>,
    signal: AbortSignal,
  ): Promise<Page<PointEntryRow>>;
  /** Those among these that are the person's. */
  getEntries(userId: string, ids: readonly string[], signal: AbortSignal): Promise<PointEntryRow[]>;
  list(window: PageWindow<[number, number, string]>, signal: AbortSignal): Promise<Page<AchievementRow>>;
  get(ids: readonly string[], signal: AbortSignal): Promise<AchievementRow[]>;
  /** A page of each of these people's, the newest unlocked first; those who do not let the viewer see them are missing. */
  listOf(
    viewerId: string,
    userIds: readonly string[],
    window: PageWindow<[number, string]>,
    signal: AbortSignal,
  ): Promise<{ userId: string; page: Page<UserAchievementRow> }[]>;
  /** What these people did; those who do not let the viewer see it are missing. */
  totalsOf(viewerId: string, userIds: readonly string[], signal: AbortSignal): Promise<TotalsRow[]>;
}

export function createAchievementStore({ query }: Database<PrismaClient>): AchievementStore {
  return {
    async listRules(window, signal) {
      const rows = await readWindow({ query }, RULES, [], window, signal);
      return pageOf(rows, window, ruleCursor, ({ name }) => [name]);
    },

    async listEntries(userId, window, signal) {
      const rows = await readWindow({ query }, ENTRIES, [userId], window, signal);
      return pageOf(rows, window, entryCursor, (row) => [row.occurredAt.getTime(), row.id]);
    },

    getEntries: (userId, ids, signal) => query(GET_ENTRIES, [userId, ids], signal),

    async list(window, signal) {
      const rows = await readWindow({ query }, ACHIEVEMENTS, [], window, signal);
      return pageOf(rows, window, achievementCursor, (row) => [row.place, row.target, row.id]);
    },

    get: (ids, signal) => query(GET_ACHIEVEMENTS, [ids], signal),

    async listOf(viewerId, userIds, window, signal) {
      const rows = await readWindow({ query }, ACHIEVEMENTS_OF, [viewerId, userIds], window, signal);
      return [...Map.groupBy(rows, (row) => row.userId)].map(([userId, group]) => ({
        userId,
        page: pageOf(group.filter(hasAchievement), window, userAchievementCursor(userId), (row) => [
          row.unlockedAt?.getTime() ?? 0,
          row.id,
        ]),
      }));
    },

    totalsOf: (viewerId, userIds, signal) => query(TOTALS_OF, [viewerId, userIds], signal),
  };
}

const ENTRY = `
  SELECT id, rule_name AS "ruleName", reason, points, occurred_at AS "occurredAt" FROM user_points`;

const ACHIEVEMENT = 'a.id, a.title, a.description, a.metric, a.target';

/** Whether the viewer ($1) may see this of o.id: their own, and what is shared with members whom its owner does not block. */
function maySee(what: 'progress' | 'achievements'): string {
  return `(o.id = $1::uuid OR EXISTS (
    SELECT FROM sharing s WHERE s.user_id = o.id AND s.${what}
      AND NOT EXISTS (SELECT FROM blocks k WHERE k.blocker_id = o.id AND k.blocked_id = $1::uuid)
  ))`;
}

export const RULES = paged<[], PointRuleRow, [string]>(
  { by: [['name', 'text']], order: 'ASC' },
  ({ behind, order, limit }) => `
    SELECT name, title, points, max_per_day AS "maxPerDay" FROM point_rules
    WHERE active AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const ENTRIES = paged<[userId: string], PointEntryRow, [number, string]>(
  {
    by: [
      ['occurred_at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `${ENTRY} WHERE user_id = $1 AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const GET_ENTRIES = sql<[userId: string, ids: readonly string[]], PointEntryRow>(
  `${ENTRY} WHERE user_id = $1 AND id = ANY ($2::uuid[])`,
);

export const ACHIEVEMENTS = paged<[], AchievementRow & { place: number }, [number, number, string]>(
  {
    by: [
      ['place', 'integer'],
      ['target', 'bigint'],
      ['id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    SELECT * FROM (
      SELECT ${ACHIEVEMENT}, array_position(enum_range(a.metric), a.metric) AS place
      FROM achievements a WHERE a.active
    ) AS achievement
    WHERE ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const GET_ACHIEVEMENTS = sql<[ids: readonly string[]], AchievementRow>(
  `SELECT ${ACHIEVEMENT} FROM achievements a WHERE a.id = ANY ($1::uuid[])`,
);

/** One row without an achievement for somebody whose page is empty: the viewer may see that it is. */
type UserAchievementPageRow =
  | UserAchievementRow
  | ({ userId: string } & Record<Exclude<keyof UserAchievementRow, 'userId'>, null>);

export const ACHIEVEMENTS_OF = paged<
  [viewerId: string, userIds: readonly string[]],
  UserAchievementPageRow,
  [number, string]
>(
  {
    by: [
      ["COALESCE(u.unlocked_at, 'epoch')", 'timestamptz'],
      ['a.id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit, direction }) => `
    SELECT o.id AS "userId", mine.* FROM unnest($2::uuid[]) AS o (id)
    LEFT JOIN LATERAL (
      SELECT ${ACHIEVEMENT}, u.progress, u.unlocked_at AS "unlockedAt" FROM user_achievements u
      JOIN achievements a ON a.id = u.achievement_id
      WHERE u.user_id = o.id AND ${behind} ORDER BY ${order} LIMIT ${limit}
    ) AS mine ON true
    WHERE ${maySee('achievements')}
    ORDER BY o.id, COALESCE(mine."unlockedAt", 'epoch') ${direction}, mine.id ${direction}`,
);

export const TOTALS_OF = sql<[viewerId: string, userIds: readonly string[]], TotalsRow>(`
  SELECT t.user_id AS "userId", t.points, t.sessions, t.volume, t.records,
    t.days_on_target AS "daysOnTarget", t.longest_streak AS "longestStreak", t.current_streak AS "currentStreak"
  FROM (${TOTALS.replace('$1', '$2')} WHERE ${maySee('progress')}) AS t`);

function hasAchievement(row: UserAchievementPageRow): row is UserAchievementRow {
  return row.id !== null;
}
