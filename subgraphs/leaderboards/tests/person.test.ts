import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Person } from '#tests/people.ts';
import { PATIENCE, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

const EMPTY = {
  participation: null,
  sharing: null,
  points: [],
  sessions: [],
  records: [],
  activeDays: [],
  achievements: [],
  memberships: [],
  places: [],
  ownedBoards: [],
};

it('the export of a person is all that is held about them, as JSON', async () => {
  const [ada] = await world.players('Ada');
  await world.as(ada).updateProgressSharing({ sharesProgress: true });
  await world.finishSession({ userId: ada.id, volumeKg: 12.5, day: '2026-11-20' });
  const leaderboardId = await world.community([ada]);
  const exported = await world.store.person.export(ada.id);
  expect(JSON.parse(JSON.stringify(exported))).toEqual(exported);
  expect(exported).toMatchObject({
    participation: { visibility: 'PUBLIC', joinedAt: expect.any(String) },
    sharing: { progress: true, achievements: false },
    points: [{ ruleName: 'session-finished', points: 10 }],
    sessions: [{ volumeKg: 12.5 }],
    activeDays: [{ day: '2026-11-20T00:00:00.000Z' }],
    achievements: expect.arrayContaining([
      expect.objectContaining({ achievement: { title: 'First step', metric: 'SESSIONS' } }),
    ]),
    memberships: expect.arrayContaining([expect.objectContaining({ board: { title: 'Office' } })]),
    places: expect.arrayContaining([expect.objectContaining({ leaderboardId, score: 10 })]),
    ownedBoards: [{ id: leaderboardId, title: 'Office' }],
  });
  expect(Object.keys(exported)).toEqual(Object.keys(EMPTY));
});

it('the erasure of a person leaves nothing of theirs, and their communities to those who are on them', async () => {
  const [ada, grace] = await world.players('Ada', 'Grace');
  await world.befriend(ada, grace);
  const leaderboardId = await world.community([ada, grace]);
  await world.finishSession({ userId: ada.id }, { userId: grace.id });
  await vi.waitFor(async () => expect(await world.placesOf(grace, leaderboardId)).toHaveLength(2), PATIENCE);
  for (let turn = 0; turn < 2; turn += 1) await world.store.person.erase(ada.id);
  expect(await world.store.person.export(ada.id)).toEqual(EMPTY);
  expect(await world.placesOf(grace, leaderboardId)).toEqual([[grace.id, 10]]);
  const { leaderboards } = await world.as(grace).batchGetLeaderboards({ ids: [leaderboardId] });
  expect(leaderboards.map(({ id, ownerId }) => [id, ownerId])).toEqual([[leaderboardId, undefined]]);
  const tables = await world.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'leaderboards' AND column_name = 'user_id' AND table_name <> 'rank_changes'`,
  );
  expect(tables.length).toBeGreaterThan(8);
  for (const { name } of tables)
    expect(await world.sql(`SELECT FROM ${name} WHERE user_id = $1`, [ada.id]), name).toEqual([]);
  expect(await world.sql('SELECT FROM friendships WHERE friend_id = $1', [ada.id])).toEqual([]);
});

it('a gym brings its boards with its first member, and takes off them who leaves it', async () => {
  const [ada, grace] = await world.players('Ada', 'Grace');
  const gymId = uuidv7();
  const { gyms } = world.store;
  await world.finishSession({ userId: ada.id }, { userId: grace.id });
  await world.perform(async (open) => {
    for (const { id: userId } of [ada, grace]) await gyms.join(open, { gymId, userId });
    await gyms.join(open, { gymId, userId: ada.id });
  });
  const boards = async (gym: string) =>
    (await world.as(ada).listLeaderboards({ gymId: gym })).edges.map(({ leaderboard }) => leaderboard);
  const [points] = (await boards(gymId)).filter((board) => board?.metric === 'LEADERBOARD_METRIC_POINTS');
  expect(await boards(gymId)).toHaveLength(3);
  expect(points).toMatchObject({ kind: 'LEADERBOARD_KIND_GYM', gymId, joined: true });
  const leaderboardId = points?.id ?? '';
  await vi.waitFor(async () => expect(await world.placesOf(ada, leaderboardId)).toHaveLength(2), PATIENCE);
  await world.perform((open) => gyms.leave(open, { gymId, userId: grace.id }));
  expect(await world.placesOf(ada, leaderboardId)).toEqual([[ada.id, 10]]);
  expect((await world.as(grace).batchGetLeaderboards({ ids: [leaderboardId] })).leaderboards).toEqual([]);
  // Whoever takes part later is on the boards of their gyms.
  const [late] = await world.signUp('Late');
  await world.perform((open) => gyms.join(open, { gymId, userId: late.id }));
  await world.as(late).optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_PUBLIC' });
  expect((await world.as(late).batchGetLeaderboards({ ids: [leaderboardId] })).leaderboards).toMatchObject([
    { joined: true },
  ]);
});

it('members of gyms that were heard of no longer are replaced by those that there are', async () => {
  const [ada, grace, alan] = await world.players('Ada', 'Grace', 'Alan');
  const [gymId, other] = [uuidv7(), uuidv7()];
  const { gyms } = world.store;
  await world.finishSession(...[ada, grace, alan].map(({ id }) => ({ userId: id })));
  await world.perform(async (open) => {
    for (const { id: userId } of [ada, grace]) await gyms.join(open, { gymId, userId });
  });
  await world.perform((open) =>
    gyms.replace(open, [
      { gymId, userId: ada.id },
      { gymId, userId: alan.id },
      { gymId: other, userId: grace.id },
    ]),
  );
  const boards = async (person: Person) => {
    const { edges } = await world
      .as(person)
      .listLeaderboards({ kind: 'LEADERBOARD_KIND_GYM', joinedOnly: true });
    return edges.filter(({ leaderboard }) => leaderboard?.title === 'Points this month');
  };
  const [first] = await boards(ada);
  const leaderboardId = first?.leaderboard?.id ?? '';
  await vi.waitFor(async () => expect(await world.placesOf(ada, leaderboardId)).toHaveLength(2), PATIENCE);
  expect((await world.placesOf(ada, leaderboardId)).map(([who]) => who)).toEqual([ada.id, alan.id]);
  expect((await boards(grace)).map(({ leaderboard }) => leaderboard?.gymId)).toEqual([other]);
});

it('friends and blocks that were heard of no longer are replaced by those that there are', async () => {
  const [ada, grace, alan] = await world.players('Ada', 'Grace', 'Alan');
  await world.befriend(ada, grace);
  await world.perform((open) =>
    world.store.bonds.replace(open, [
      { userId: ada.id, otherId: alan.id, friends: true, blocks: false },
      { userId: alan.id, otherId: ada.id, friends: true, blocks: true },
    ]),
  );
  expect(await world.sql('SELECT friend_id FROM friendships WHERE user_id = $1', [ada.id])).toEqual([
    { friend_id: alan.id },
  ]);
  expect(await world.sql('SELECT blocker_id FROM blocks WHERE blocked_id = $1', [ada.id])).toEqual([
    { blocker_id: alan.id },
  ]);
});

it('a period is closed a day after its end, once, and told', async () => {
  const [ada] = await world.players('Ada');
  const leaderboardId = await world.community([ada], { period: 'LEADERBOARD_PERIOD_WEEKLY' });
  const { periods } = world.store;
  const signal = new AbortController().signal;
  await periods.close(signal);
  const closed = () =>
    world.sql<{ starts_on: Date }>('SELECT starts_on FROM closed_periods WHERE board_id = $1', [
      leaderboardId,
    ]);
  // It began after the week before had ended.
  expect(await closed()).toEqual([]);
  const threeWeeksAgo = new Date(world.now() - 21 * 24 * 60 * 60_000);
  await world.sql('UPDATE boards SET created_at = $2 WHERE id = $1', [leaderboardId, threeWeeksAgo]);
  expect(await periods.close(signal)).toBe(1);
  expect(await periods.close(signal)).toBe(0);
  expect(await closed()).toHaveLength(1);
  const told = await world.sql<{ kind: string }>('SELECT kind FROM events WHERE topic = $1 ORDER BY seq', [
    `leaderboards.history.${leaderboardId}`,
  ]);
  expect(told.map(({ kind }) => kind)).toEqual([
    'leaderboards.board-created',
    'leaderboards.board-period-closed',
  ]);
});

it('places of periods that nobody can read any longer are deleted', async () => {
  const [ada] = await world.players('Ada');
  const leaderboardId = await world.community([ada], { period: 'LEADERBOARD_PERIOD_WEEKLY' });
  await world.sql(
    `INSERT INTO board_scores SELECT $1, ($3::timestamptz - weeks * interval '1 week')::date, $2, 1, $3 FROM unnest(ARRAY[2, 70]) AS weeks`,
    [leaderboardId, ada.id, new Date(world.now())],
  );
  await world.store.periods.prune(new AbortController().signal);
  expect(await world.sql('SELECT FROM board_scores WHERE board_id = $1', [leaderboardId])).toHaveLength(1);
});
