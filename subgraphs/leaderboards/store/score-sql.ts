import { sql } from '#platform/sql/statement.ts';

/*
 * How scores come about, as SQL. Every score is computed from all that a person did in a period, never counted up: what
 * comes late, twice or out of order cannot spoil it.
 */

/**
 * What a board `b` counts of the person `t.user_id` in the window `w`: value and when it was reached; no row where
 * nothing was done.
 */
function valueIn(w: string): string {
  const inWindow = (instant: string) => `${instant} >= ${w}.starts_at AND ${instant} < ${w}.ends_at`;
  return `
    SELECT sum(points)::bigint AS value, max(occurred_at) AS reached_at FROM user_points
    WHERE b.metric = 'POINTS' AND user_id = t.user_id AND ${inWindow('occurred_at')} HAVING count(*) > 0
    UNION ALL
    SELECT sum(volume_grams)::bigint, max(finished_at) FROM finished_sessions
    WHERE b.metric = 'VOLUME' AND user_id = t.user_id AND ${inWindow('finished_at')} HAVING count(*) > 0
    UNION ALL
    SELECT count(*), max(finished_at) FROM finished_sessions
    WHERE b.metric = 'SESSIONS' AND user_id = t.user_id AND ${inWindow('finished_at')} HAVING count(*) > 0
    UNION ALL
    (SELECT count(*), max(occurred_at) AS reached_at FROM (
       SELECT occurred_at, day - (row_number() OVER (ORDER BY day))::integer AS island FROM active_days
       WHERE b.metric = 'STREAK' AND user_id = t.user_id AND day >= ${w}.starts_on AND day < ${w}.ends_on
     ) AS days
     GROUP BY island ORDER BY count(*) DESC, reached_at LIMIT 1)`;
}

/**
 * Computes what people ($1) score in the periods that instants ($2, one a person) lie in, on every board that they are on.
 * Notes what changed for Redis, and answers whose scores did. A relative board's next period is touched too, which has
 * this one for its baseline. Periods that are closed stay as they are.
 */
export const RESCORE = sql<
  [userIds: readonly string[], instants: readonly Date[], now: Date],
  { userId: string }
>(`
WITH touched AS (
  SELECT DISTINCT m.board_id, m.user_id, w.starts_on, w.ends_on, w.starts_at, w.ends_at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS change (user_id, instant)
  JOIN board_members m ON m.user_id = change.user_id
  JOIN boards b ON b.id = m.board_id
  CROSS JOIN LATERAL board_period_at(b.period, b.time_zone, change.instant) AS hit
  CROSS JOIN LATERAL (
    SELECT hit.* UNION ALL
    SELECT next.* FROM board_period_at(b.period, b.time_zone, hit.ends_at) AS next
    WHERE b.goal_kind = 'RELATIVE' AND hit.ends_at <= $3
  ) AS w
  WHERE NOT EXISTS (SELECT FROM closed_periods c WHERE c.board_id = b.id AND c.starts_on = w.starts_on)
), computed AS (
  SELECT t.board_id, t.starts_on, t.user_id, v.reached_at,
         CASE b.goal_kind
           WHEN 'ABSOLUTE' THEN v.value
           WHEN 'RELATIVE' THEN round(v.value * 10000.0 / NULLIF(base.value, 0))::bigint
           ELSE round(v.value * 10000.0 / NULLIF(m.own_target, 0))::bigint
         END AS score
  FROM touched t
  JOIN boards b ON b.id = t.board_id
  JOIN board_members m ON m.board_id = t.board_id AND m.user_id = t.user_id
  CROSS JOIN LATERAL board_period_at(b.period, b.time_zone, t.starts_at - interval '1 hour') AS before
  LEFT JOIN LATERAL (${valueIn('t')}) AS v ON true
  LEFT JOIN LATERAL (${valueIn('before')}) AS base ON b.goal_kind = 'RELATIVE'
), placed AS (
  INSERT INTO board_scores AS s (board_id, starts_on, user_id, score, reached_at)
  SELECT board_id, starts_on, user_id, score, reached_at FROM computed WHERE score > 0
  ORDER BY board_id, starts_on, user_id
  ON CONFLICT (board_id, starts_on, user_id) DO UPDATE SET score = excluded.score, reached_at = excluded.reached_at
  WHERE (s.score, s.reached_at) IS DISTINCT FROM (excluded.score, excluded.reached_at)
  RETURNING board_id, starts_on, user_id
), displaced AS (
  DELETE FROM board_scores s USING computed c
  WHERE (s.board_id, s.starts_on, s.user_id) = (c.board_id, c.starts_on, c.user_id) AND COALESCE(c.score, 0) <= 0
  RETURNING s.board_id, s.starts_on, s.user_id
), noted AS (
  INSERT INTO rank_changes (board_id, starts_on, user_id)
  SELECT * FROM placed UNION ALL SELECT * FROM displaced
  RETURNING user_id
)
SELECT DISTINCT user_id AS "userId" FROM noted`);

/** Takes people ($1) off boards ($2; all where null), with their scores of every period; notes it for Redis. */
export const DISPLACE = sql<[userIds: readonly string[], leaderboardIds: readonly string[] | null]>(`
WITH displaced AS (
  DELETE FROM board_scores WHERE user_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR board_id = ANY ($2))
  RETURNING board_id, starts_on, user_id
), left_boards AS (
  DELETE FROM board_members WHERE user_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR board_id = ANY ($2))
)
INSERT INTO rank_changes (board_id, starts_on, user_id) SELECT * FROM displaced`);

/** All that people (o.id) did: one row each. */
export const TOTALS = `
  SELECT o.id AS user_id,
    (SELECT COALESCE(sum(points), 0)::bigint FROM user_points WHERE user_id = o.id) AS points,
    (SELECT count(*) FROM finished_sessions WHERE user_id = o.id) AS sessions,
    (SELECT COALESCE(sum(volume_grams), 0)::bigint FROM finished_sessions WHERE user_id = o.id) AS volume,
    (SELECT count(*) FROM broken_records WHERE user_id = o.id) AS records,
    (SELECT count(*) FROM active_days WHERE user_id = o.id AND on_target) AS days_on_target,
    COALESCE(streak.longest, 0) AS longest_streak, COALESCE(streak.newest, 0) AS current_streak
  FROM unnest($1::uuid[]) AS o (id)
  LEFT JOIN LATERAL (
    SELECT max(length) AS longest, (array_agg(length ORDER BY last_day DESC))[1] AS newest FROM (
      SELECT count(*) AS length, max(day) AS last_day FROM (
        SELECT day, day - (row_number() OVER (ORDER BY day))::integer AS island FROM active_days WHERE user_id = o.id
      ) AS days
      GROUP BY island
    ) AS islands
  ) AS streak ON true`;
