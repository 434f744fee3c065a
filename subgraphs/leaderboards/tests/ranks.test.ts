import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Person } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import {
  type RestartableRedis,
  startRestartableRedis,
} from '../../../platform/events/tests/restartable-redis.ts';
import { BOARDS, PATIENCE, startWorld, type World } from './world.ts';

let ownRedis: RestartableRedis;
let world: World;
let statementCount: StatementCount;
let viewer: Person;

const BOARD = BOARDS.pointsOfAllTime;
const CROWD = 5_000;

beforeAll(async () => {
  ownRedis = await startRestartableRedis();
  world = await startWorld(ownRedis.url);
  statementCount = await openStatementCount(world.network.database.adminUrl);
  [viewer] = await world.players('Viewer');
  await world.sql(FILL, [BOARD, CROWD]);
  await world.finishSession({ userId: viewer.id });
});

afterAll(async () => {
  await statementCount?.close();
  await world?.close();
  await ownRedis?.close();
});

/** Half of them score as much as another does, and were there at another time. */
const FILL = `
  WITH crowd AS (
    INSERT INTO players (user_id, visibility, joined_at)
    SELECT gen_random_uuid(), 'PRIVATE', now() FROM generate_series(1, $2) RETURNING user_id
  ), numbered AS (SELECT user_id, row_number() OVER () AS nth FROM crowd), members AS (
    INSERT INTO board_members (board_id, user_id, joined_at) SELECT $1, user_id, now() FROM crowd
  )
  INSERT INTO board_scores (board_id, starts_on, user_id, score, reached_at)
  SELECT $1, '1970-01-01', user_id, 20 + nth / 2, timestamptz '2026-01-01' + nth % 7 * interval '1 second' FROM numbered`;

function read(window: object = { first: 100 }) {
  return world.as(viewer).batchListLeaderboardEntries({ leaderboardIds: [BOARD], page: window });
}

async function isBuilt(): Promise<boolean> {
  return (await world.redis.keys(`fitme:leaderboards:*${BOARD}*:built`)).length === 1;
}

/** Everybody on the board in their order, as Redis has them. */
async function inRedis(): Promise<string[]> {
  const [key = ''] = await world.redis.keys(`fitme:leaderboards:*${BOARD}*:ranks`);
  return (await world.redis.zrange(key, 0, -1)).map((member) => member.slice(16));
}

async function inPostgres(): Promise<string[]> {
  const rows = await world.sql<{ user_id: string }>(
    'SELECT user_id FROM board_scores WHERE board_id = $1 ORDER BY score DESC, reached_at, user_id',
    [BOARD],
  );
  return rows.map((row) => row.user_id);
}

it('are the same from PostgreSQL as from Redis, in every window', async () => {
  const windows = [{ first: 7 }, { last: 7 }, { first: 100 }];
  const readAll = async () => [
    ...(await Promise.all(windows.map(read))),
    await world.as(viewer).batchListLeaderboardEntriesAroundOwn({ leaderboardIds: [BOARD], radius: 3 }),
  ];
  await world.redis.flushall();
  const fromPostgres = await readAll();
  await vi.waitFor(async () => expect(await isBuilt()).toBe(true), PATIENCE);
  const fromRedis = await readAll();
  expect(fromRedis).toEqual(fromPostgres);
  expect(fromRedis[0]).toMatchObject({ pages: [{ totalCount: CROWD + 1, edges: { length: 7 } }] });
  expect(await inRedis()).toEqual(await inPostgres());
});

it('are read on while Redis forgets everything, and nobody sees another order', async () => {
  await read();
  await vi.waitFor(async () => expect(await isBuilt()).toBe(true), PATIENCE);
  const expected = JSON.stringify(await read());
  let answers = 0;
  let reading = true;
  const readers = Array.from({ length: 4 }, async () => {
    while (reading) {
      expect(JSON.stringify(await read())).toBe(expected);
      answers += 1;
    }
  });
  for (let round = 0; round < 3; round += 1) {
    await world.redis.flushall();
    const before = answers;
    await vi.waitFor(() => expect(answers).toBeGreaterThan(before + 8), PATIENCE);
    await vi.waitFor(async () => expect(await isBuilt()).toBe(true), PATIENCE);
  }
  reading = false;
  await Promise.all(readers);
});

it('that change while they are copied are copied as they are then', async () => {
  const people = await inPostgres();
  for (let round = 0; round < 3; round += 1) {
    await world.redis.flushall();
    const changes = Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        world.finishSession({ userId: people[round * 500 + index * 13] ?? '' }),
      ),
    );
    await read();
    await changes;
  }
  await vi.waitFor(async () => {
    expect(await world.sql('SELECT FROM rank_changes')).toEqual([]);
    expect(await isBuilt()).toBe(true);
    expect(await inRedis()).toEqual(await inPostgres());
  }, PATIENCE);
});

it.each(['ranks', 'members'])('are right though Redis has evicted their %s', async (part) => {
  const expected = await read();
  await vi.waitFor(async () => expect(await isBuilt()).toBe(true), PATIENCE);
  await world.redis.del(await world.redis.keys(`fitme:leaderboards:*${BOARD}*:${part}`));
  expect(await read()).toEqual(expected);
  await vi.waitFor(async () => expect(await inRedis()).toEqual(await inPostgres()), PATIENCE);
});

it('are told, and change, while Redis is away', async () => {
  const [player] = await world.players('Player');
  const leaderboardId = await world.community([viewer, player]);
  await world.untilPlaces(viewer, leaderboardId, [[viewer.id, 10]]);
  await ownRedis.stop();
  await world.perform(async (open) => {
    const day = { eventId: BOARD, userId: player.id, occurredAt: new Date(world.now()), day: '2026-11-20' };
    await world.store.activities.recordDayOnTarget(open, day);
  });
  const whileAway = await world.placesOf(viewer, leaderboardId);
  await ownRedis.start();
  expect(whileAway).toEqual([
    [viewer.id, 10],
    [player.id, 5],
  ]);
  await world.untilPlaces(viewer, leaderboardId, whileAway);
  await vi.waitFor(async () => expect(await world.sql('SELECT FROM rank_changes')).toEqual([]), PATIENCE);
});

describe('statements', () => {
  const count = async (work: () => Promise<unknown>) =>
    (await statementCount.during(work)).reduce((sum, { calls }) => sum + calls, 0);

  it('are two for any number of boards and places that Redis has', async () => {
    const all = Object.values(BOARDS).filter((id) => id !== BOARDS.friendsPoints);
    const list = (leaderboardIds: string[], first: number) =>
      world.as(viewer).batchListLeaderboardEntries({ leaderboardIds, page: { first } });
    await list(all, 100);
    await vi.waitFor(async () => {
      expect(await world.redis.keys('fitme:leaderboards:*:built')).toHaveLength(all.length + 1);
    }, PATIENCE);
    expect(await count(() => list([BOARD], 1))).toBe(2);
    expect(await count(() => list([BOARD], 100))).toBe(2);
    expect(await count(() => list(all, 100))).toBe(2);
    const around = { leaderboardIds: all, radius: 25 };
    expect(await count(() => world.as(viewer).batchListLeaderboardEntriesAroundOwn(around))).toBe(2);
  });

  it('are one more for friends, however many boards they have', async () => {
    const friendsBoards = [BOARDS.friendsPoints, '01a0b000-0000-7000-8000-00000000b103'];
    const leaderboardIds = [BOARD, ...friendsBoards];
    const list = () => world.as(viewer).batchListLeaderboardEntries({ leaderboardIds, page: { first: 10 } });
    await list();
    await vi.waitFor(async () => {
      for (const id of friendsBoards) {
        expect(await world.redis.keys(`fitme:leaderboards:*${id}*:built`)).toHaveLength(1);
      }
    }, PATIENCE);
    expect(await count(list)).toBe(3);
  });
});
