import { sql } from '#platform/sql/statement.ts';
import type { PlayerSight } from '../rules/rules.ts';
import type { RankSet, Score } from '../rules/standings.ts';

/* Who stands where, as SQL: what PlaceStore asks. */

/** Somebody on a board. */
export interface Standing extends RankSet {
  userId: string;
}

/** What may be known of somebody on a board. */
export type Sight = Standing & PlayerSight;

/** Somebody's place in a set; nobody's where the set has nobody to show. */
export interface PlaceRow extends RankSet {
  size: number;
  userId: string | null;
  score: number | null;
  rank: number | null;
}

/** A note, with what holds now. */
interface ChangeRow extends RankSet {
  id: string;
  keptMs: number;
  userId: string;
  score: number | null;
  reachedAt: Date | null;
}

/** Names the sets, pair by pair. */
export type Sets = [leaderboardIds: readonly string[], startsOn: readonly string[]];

export const STORAGE_ID = sql<[], { id: string }>(`
  SELECT epoch || '.' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS id FROM log_epoch`);

const SCORES = `
  SELECT user_id AS "userId", score, reached_at AS "reachedAt" FROM board_scores
  WHERE board_id = $1 AND starts_on = $2::date`;

/** Of a set, by person, behind one of them. */
export const SCAN = sql<
  [leaderboardId: string, startsOn: string, afterId: string | null, limit: number],
  Score
>(`${SCORES} AND ($3::uuid IS NULL OR user_id > $3) ORDER BY user_id LIMIT $4`);

export const SCORES_OF = sql<[leaderboardId: string, startsOn: string, userIds: readonly string[]], Score>(
  `${SCORES} AND user_id = ANY ($3::uuid[])`,
);

const ORDER = 'score DESC, reached_at, user_id';

/** $1 and $2 name the sets. The row of a set is there, whoever is on it. */
const SETS = `
  SELECT want.board_id AS "leaderboardId", want.starts_on::text AS "startsOn", size.count AS size,
    found.user_id AS "userId", found.score, found.rank
  FROM unnest($1::uuid[], $2::date[]) AS want (board_id, starts_on)`;

const SIZE = `
  CROSS JOIN LATERAL (
    SELECT count(*) FROM board_scores WHERE board_id = want.board_id AND starts_on = want.starts_on
  ) AS size`;

/** $3 is the first place, from 0; below 0 it counts from the end. $4 is how many. */
export const PLACES = sql<[...Sets, first: number, count: number], PlaceRow>(`${SETS} ${SIZE}
  CROSS JOIN LATERAL (SELECT CASE WHEN $3::integer < 0 THEN greatest(0, size.count + $3) ELSE $3 END AS first) AS start
  LEFT JOIN LATERAL (
    SELECT user_id, score, start.first + row_number() OVER (ORDER BY ${ORDER}) AS rank FROM (
      SELECT user_id, score, reached_at FROM board_scores
      WHERE board_id = want.board_id AND starts_on = want.starts_on
      ORDER BY ${ORDER} OFFSET start.first LIMIT $4
    ) AS page
  ) AS found ON true
  ORDER BY want.board_id, found.rank`);

/** $3 is the person, $4 how many in front and behind. */
export const AROUND = sql<[...Sets, userId: string, radius: number], PlaceRow>(`${SETS} ${SIZE}
  LEFT JOIN board_scores own
    ON own.board_id = want.board_id AND own.starts_on = want.starts_on AND own.user_id = $3::uuid
  CROSS JOIN LATERAL (
    SELECT count(*) AS in_front FROM board_scores s
    WHERE s.board_id = want.board_id AND s.starts_on = want.starts_on AND s.score >= own.score
      AND (s.score > own.score OR (s.reached_at, s.user_id) < (own.reached_at, own.user_id))
  ) AS rank_of_own
  LEFT JOIN LATERAL (
    SELECT user_id, score,
      greatest(0, rank_of_own.in_front - $4::integer) + row_number() OVER (ORDER BY ${ORDER}) AS rank
    FROM (
      SELECT user_id, score, reached_at FROM board_scores
      WHERE board_id = want.board_id AND starts_on = want.starts_on
      ORDER BY ${ORDER} OFFSET greatest(0, rank_of_own.in_front - $4::integer)
      LIMIT least($4::integer, rank_of_own.in_front) + 1 + $4::integer
    ) AS page
  ) AS found ON own.user_id IS NOT NULL
  ORDER BY want.board_id, found.rank`);

/** $3 are the people. */
export const AMONG = sql<[...Sets, userIds: readonly string[]], PlaceRow>(`${SETS}
  CROSS JOIN LATERAL (
    SELECT count(*) FROM board_scores
    WHERE board_id = want.board_id AND starts_on = want.starts_on AND user_id = ANY ($3::uuid[])
  ) AS size
  LEFT JOIN LATERAL (
    SELECT user_id, score, row_number() OVER (ORDER BY ${ORDER}) AS rank FROM board_scores
    WHERE board_id = want.board_id AND starts_on = want.starts_on AND user_id = ANY ($3::uuid[])
  ) AS found ON true
  ORDER BY want.board_id, found.rank`);

/** $1 is the viewer. Who has left a board since has no score on it, whatever Redis says. */
export const SIGHTS = sql<
  [
    viewerId: string | null,
    leaderboardIds: readonly string[],
    startsOn: readonly string[],
    userIds: readonly string[],
  ],
  Sight
>(`
  SELECT at.board_id AS "leaderboardId", at.starts_on::text AS "startsOn", p.user_id AS "userId", p.visibility,
    p.user_id = $1::uuid AS same,
    EXISTS (SELECT FROM friendships f WHERE f.user_id = $1::uuid AND f.friend_id = p.user_id) AS friends,
    EXISTS (SELECT FROM blocks k WHERE k.blocker_id = p.user_id AND k.blocked_id = $1::uuid) AS blocks
  FROM unnest($2::uuid[], $3::date[], $4::uuid[]) AS at (board_id, starts_on, user_id)
  JOIN board_scores s ON (s.board_id, s.starts_on, s.user_id) = (at.board_id, at.starts_on, at.user_id)
  JOIN players p ON p.user_id = at.user_id`);

/** Milliseconds: a month for what has no end, and else until a day after the end, or an hour for what has ended long ago. $3 is the present. */
function keptMsOf(startsOn: string): string {
  return `(
    SELECT extract(epoch FROM CASE
      WHEN w.ends_at = 'infinity' THEN interval '30 days'
      ELSE greatest(w.ends_at + interval '1 day' - $3::timestamptz, interval '1 hour')
    END)::bigint * 1000
    FROM board_period_at(b.period, b.time_zone, (${startsOn} + time '12:00') AT TIME ZONE b.time_zone) AS w
  )`;
}

export const KEPT_MS = sql<[leaderboardId: string, startsOn: string, now: Date], { keptMs: number }>(
  `SELECT ${keptMsOf('$2::date')} AS "keptMs" FROM boards b WHERE b.id = $1`,
);

export const CHANGES = sql<
  [userIds: readonly string[], leaderboardIds: readonly string[], now: Date, limit: number],
  ChangeRow
>(`
  SELECT c.id::text, c.board_id AS "leaderboardId", c.starts_on::text AS "startsOn", c.user_id AS "userId",
    s.score, s.reached_at AS "reachedAt", CASE WHEN b.id IS NULL THEN 0 ELSE ${keptMsOf('c.starts_on')} END AS "keptMs"
  FROM rank_changes c
  LEFT JOIN boards b ON b.id = c.board_id
  LEFT JOIN board_scores s ON (s.board_id, s.starts_on, s.user_id) = (c.board_id, c.starts_on, c.user_id)
  WHERE c.user_id = ANY ($1::uuid[]) OR c.board_id = ANY ($2::uuid[])
  ORDER BY c.id LIMIT $4`);

export const FORGET_CHANGES = sql<[ids: readonly string[]]>(
  'DELETE FROM rank_changes WHERE id = ANY ($1::bigint[])',
);
