import { databaseVariable } from '#platform/host/config.ts';
import { withConnection } from '../database/connect.ts';

/** How many strangers stand on the board of all points, beside the demo world's people. */
export const CROWD = 100_000;

/** Of all points since the beginning, which is there from the first migration on. */
export const CROWDED_BOARD = '01a0b000-0000-7000-8000-00000000b001';

/**
 * Puts strangers on a board, in a few seconds: in statements of their own, since a service would take as many calls. They
 * are in no other domain, and show nobody who they are.
 *
 * @param environment the variables of a services process
 */
export async function gatherCrowd(environment: Record<string, string | undefined>): Promise<void> {
  await withConnection(environment[databaseVariable('leaderboards')] ?? '', async (client) => {
    await client.query('SET search_path TO leaderboards');
    const { rowCount } = await client.query('SELECT FROM players OFFSET $1 LIMIT 1', [CROWD]);
    if (rowCount === 0) await client.query(GATHER, [CROWDED_BOARD, CROWD]);
  });
}

/** Ids come from numbers, so that a crowd that was cut off is completed. Few have many points, and many have few. */
const GATHER = `
WITH crowd AS MATERIALIZED (
  SELECT overlay(overlay(md5('crowd ' || n) placing '7' from 13) placing '8' from 17)::uuid AS id,
         ceil(20000 * power(n::float / $2, 4) / 5)::integer * 5 AS points,
         timestamptz '2026-11-01' + n % 86400 * interval '1 second' AS at
  FROM generate_series(1, $2::integer) AS numbers (n)
), players AS (
  INSERT INTO players (user_id, visibility, joined_at) SELECT id, 'PRIVATE', at FROM crowd
  ON CONFLICT DO NOTHING
), points AS (
  INSERT INTO user_points (id, user_id, event_id, rule_name, reason, points, occurred_at, day)
  SELECT id, id, id, 'session-finished', 'Was here before you', points, at, at::date FROM crowd
  ON CONFLICT DO NOTHING
), members AS (
  INSERT INTO board_members (board_id, user_id, joined_at) SELECT $1::uuid, id, at FROM crowd
  ON CONFLICT DO NOTHING
)
INSERT INTO board_scores (board_id, starts_on, user_id, score, reached_at)
SELECT $1::uuid, '1970-01-01', id, points, at FROM crowd
ON CONFLICT DO NOTHING`;
