import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { BOARDS, COMMUNITY, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

/** The ranks around somebody, and whose they are. */
async function around(person: Person, leaderboardId: string, radius: number): Promise<[number, string][]> {
  const request = { leaderboardIds: [leaderboardId], radius };
  const { neighbourhoods } = await world.as(person).batchListLeaderboardEntriesAroundOwn(request);
  return (neighbourhoods[0]?.entries ?? []).map(({ rank, playerId = '' }) => [rank, playerId]);
}

const DAY_MS = 24 * 60 * 60_000;

describe('a board', () => {
  it('ranks who did more in front, and of equals who was first', async () => {
    const [ada, grace, alan] = await world.players('Ada', 'Grace', 'Alan');
    const leaderboardId = await world.community([ada, grace, alan]);
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute));
    await world.finishSession(
      { userId: alan.id, finishedAt: at(5) },
      { userId: grace.id, finishedAt: at(3) },
      { userId: ada.id, finishedAt: at(1) },
      { userId: ada.id, finishedAt: at(9) },
    );
    await world.untilPlaces(grace, leaderboardId, [
      [ada.id, 20],
      [grace.id, 10],
      [alan.id, 10],
    ]);
    expect(await around(grace, leaderboardId, 0)).toEqual([[2, grace.id]]);
    expect(await around(alan, leaderboardId, 1)).toEqual([
      [2, grace.id],
      [3, alan.id],
    ]);
  });

  it('is read in pages, both ways', async () => {
    const [owner, ...others] = await world.players('A', 'B', 'C', 'D', 'E');
    const people = [owner, ...others];
    const leaderboardId = await world.community(people, { metric: 'LEADERBOARD_METRIC_VOLUME' });
    await world.finishSession(...people.map(({ id }, index) => ({ userId: id, volumeKg: 500.5 - index })));
    await world.untilPlaces(
      owner,
      leaderboardId,
      people.map(({ id }, index) => [id, 500.5 - index]),
    );
    const page = async (window: object) => {
      const request = { leaderboardIds: [leaderboardId], page: window };
      const [found] = (await world.as(owner).batchListLeaderboardEntries(request)).pages;
      return { ...found, ranks: found?.edges.map(({ entry }) => entry?.rank) };
    };
    const first = await page({ first: 2 });
    expect(first).toMatchObject({ ranks: [1, 2], totalCount: 5, pageInfo: { hasNextPage: true } });
    const second = await page({ first: 2, after: first.pageInfo?.endCursor });
    expect(second).toMatchObject({ ranks: [3, 4], pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    const last = await page({ last: 2 });
    expect(last).toMatchObject({ ranks: [4, 5], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    const back = await page({ last: 9, before: last.pageInfo?.startCursor });
    expect(back).toMatchObject({ ranks: [1, 2, 3], pageInfo: { hasPreviousPage: false } });
    expect(await page({ first: 2, after: last.pageInfo?.endCursor })).toMatchObject({ ranks: [] });
    expect(await page({ last: 2, before: first.pageInfo?.startCursor })).toMatchObject({ ranks: [] });
  });

  it('counts what its members did before they joined', async () => {
    const [ada, grace] = await world.players('Ada', 'Grace');
    await world.finishSession({ userId: grace.id });
    const leaderboardId = await world.community([ada, grace], { metric: 'LEADERBOARD_METRIC_SESSIONS' });
    await world.untilPlaces(ada, leaderboardId, [[grace.id, 1]]);
  });

  it('begins its months in its own time zone', async () => {
    const [ada] = await world.players('Ada');
    const ago = (await world.as(ada).batchGetLeaderboards({ ids: [BOARDS.pointsThisMonth] })).leaderboards[0];
    const monthBegan = Number(ago?.periodStartsAt?.seconds) * 1_000;
    // Two hours before the month begins in UTC it has begun in Tokyo.
    await world.finishSession({ userId: ada.id, finishedAt: new Date(monthBegan - 2 * 60 * 60_000) });
    const monthly = { metric: 'LEADERBOARD_METRIC_SESSIONS', period: 'LEADERBOARD_PERIOD_MONTHLY' };
    const inTokyo = await world.community([ada], { ...monthly, timeZone: 'Asia/Tokyo' });
    const inUtc = await world.community([ada], { ...monthly, timeZone: 'UTC' });
    await world.untilPlaces(ada, inTokyo, [[ada.id, 1]]);
    expect(await world.placesOf(ada, inUtc)).toEqual([]);
  });

  it('tells how it stood in the weeks before, until they are closed', async () => {
    const [ada] = await world.players('Ada');
    const leaderboardId = await world.community([ada], {
      metric: 'LEADERBOARD_METRIC_SESSIONS',
      period: 'LEADERBOARD_PERIOD_WEEKLY',
    });
    const weekAgo = new Date(world.now() - 7 * DAY_MS);
    await world.finishSession({ userId: ada.id, finishedAt: weekAgo });
    const periodBefore = async (periodsAgo: number) => {
      const request = { leaderboardIds: [leaderboardId, BOARDS.pointsOfAllTime], periodsAgo };
      const { pages } = await world.as(ada).batchListLeaderboardEntries(request);
      return pages.map(({ leaderboardId, edges }) => [leaderboardId, edges[0]?.entry?.score]);
    };
    expect(await periodBefore(1)).toEqual([[leaderboardId, 1]]);
    expect(await periodBefore(2)).toEqual([[leaderboardId, undefined]]);
    await world.sql(
      `INSERT INTO closed_periods SELECT $1, date_trunc('week', $2::timestamptz AT TIME ZONE 'UTC')::date, $2`,
      [leaderboardId, weekAgo],
    );
    await world.finishSession({ userId: ada.id, finishedAt: weekAgo });
    expect(await periodBefore(1)).toEqual([[leaderboardId, 1]]);
  });

  it('counts a day that was closed after midnight in the month that the day lies in', async () => {
    const [ada] = await world.players('Ada');
    const monthly = { period: 'LEADERBOARD_PERIOD_MONTHLY' };
    const streaks = await world.community([ada], { ...monthly, metric: 'LEADERBOARD_METRIC_STREAK' });
    const points = await world.community([ada], monthly);
    const { leaderboards } = await world.as(ada).batchGetLeaderboards({ ids: [streaks] });
    const monthBegan = Number(leaderboards[0]?.periodStartsAt?.seconds) * 1_000;
    const day = new Date(monthBegan - DAY_MS).toISOString().slice(0, 10);
    const activity = { eventId: uuidv7(), userId: ada.id, occurredAt: new Date(monthBegan + 60_000), day };
    await world.perform((open) => world.store.activities.recordDayOnTarget(open, activity));
    const before = await world
      .as(ada)
      .batchListLeaderboardEntries({ leaderboardIds: [streaks, points], periodsAgo: 1 });
    const counted = before.pages.map(({ leaderboardId, totalCount }) => [leaderboardId, totalCount] as const);
    expect(new Map(counted)).toEqual(
      new Map([
        [streaks, 1],
        [points, 0],
      ]),
    );
    await world.untilPlaces(ada, points, [[ada.id, 5]]);
  });
});

describe('a goal', () => {
  it('that is absolute is reached in percent of the target', async () => {
    const [ada] = await world.players('Ada');
    const goal = { kind: 'LEADERBOARD_GOAL_KIND_ABSOLUTE', target: 400 };
    const leaderboardId = await world.community([ada], { metric: 'LEADERBOARD_METRIC_VOLUME', goal });
    await world.finishSession({ userId: ada.id, volumeKg: 150 });
    await world.untilPlaces(ada, leaderboardId, [[ada.id, 150]]);
    const { pages } = await world.as(ada).batchListLeaderboardEntries({ leaderboardIds: [leaderboardId] });
    expect(pages[0]?.edges[0]?.entry).toMatchObject({ score: 150, goalPercent: 37.5 });
  });

  it("that is relative is measured against one's own week before, and ranks nobody who did nothing then", async () => {
    const [ada, grace] = await world.players('Ada', 'Grace');
    const leaderboardId = await world.community([ada, grace], {
      metric: 'LEADERBOARD_METRIC_SESSIONS',
      period: 'LEADERBOARD_PERIOD_WEEKLY',
      goal: { kind: 'LEADERBOARD_GOAL_KIND_RELATIVE' },
    });
    await world.finishSession(...[ada, ada, ada, grace].map(({ id }) => ({ userId: id })));
    // What comes late changes what the present week is measured against.
    const weekAgo = new Date(world.now() - 7 * DAY_MS);
    await world.finishSession(...[ada, ada].map(({ id }) => ({ userId: id, finishedAt: weekAgo })));
    await world.untilPlaces(grace, leaderboardId, [[ada.id, 150]]);
  });

  it('that is custom is what each member has set for themselves', async () => {
    const [ada, grace, alan] = await world.players('Ada', 'Grace', 'Alan');
    const goal = { kind: 'LEADERBOARD_GOAL_KIND_CUSTOM' };
    const leaderboardId = await world.community([ada, grace, alan], {
      metric: 'LEADERBOARD_METRIC_VOLUME',
      goal,
    });
    await world.finishSession(...[ada, grace, alan].map(({ id }) => ({ userId: id, volumeKg: 50 })));
    await world.as(ada).setOwnLeaderboardTarget({ leaderboardId, ownTarget: 100 });
    const { leaderboard } = await world.as(grace).setOwnLeaderboardTarget({ leaderboardId, ownTarget: 62.5 });
    expect(leaderboard).toMatchObject({ ownTarget: 62.5, unit: 'LEADERBOARD_SCORE_UNIT_PERCENT' });
    await world.untilPlaces(ada, leaderboardId, [
      [grace.id, 80],
      [ada.id, 50],
    ]);
    const { pages } = await world.as(ada).batchListLeaderboardEntries({ leaderboardIds: [leaderboardId] });
    expect(pages[0]?.edges[0]?.entry?.goalPercent).toBe(80);
  });
});

describe('a community', () => {
  it('by invitation is hidden from whoever has not its code', async () => {
    const [ada, grace] = await world.players('Ada', 'Grace');
    const leaderboardId = await world.community([ada], { access: 'LEADERBOARD_ACCESS_INVITATION' });
    const own = (await world.as(ada).batchGetLeaderboards({ ids: [leaderboardId] })).leaderboards[0];
    expect((await world.as(grace).batchGetLeaderboards({ ids: [leaderboardId] })).leaderboards).toEqual([]);
    expect(
      (await world.as(grace).batchListLeaderboardEntries({ leaderboardIds: [leaderboardId] })).pages,
    ).toEqual([]);
    const guess = world.as(grace).joinLeaderboard({ leaderboardId, invitationCode: 'open sesame' });
    expect(await refusalOf(guess)).toMatchObject({ code: 'NOT_FOUND' });
    const { leaderboard } = await world
      .as(grace)
      .joinLeaderboard({ invitationCode: own?.invitationCode ?? '' });
    expect(leaderboard).toMatchObject({ id: leaderboardId, joined: true });
    expect(leaderboard?.invitationCode).toBeUndefined();
  });

  it('is made once for a key, and changed by its owner alone', async () => {
    const [ada, grace] = await world.players('Ada', 'Grace');
    const request = { ...COMMUNITY, idempotencyKey: uuidv7() };
    const { leaderboard } = await world.as(ada).createLeaderboard(request);
    expect((await world.as(ada).createLeaderboard(request)).leaderboard?.id).toBe(leaderboard?.id);
    expect(await refusalOf(world.as(ada).createLeaderboard({ ...request, title: 'Other' }))).toMatchObject({
      code: 'CONFLICT',
    });
    const leaderboardId = leaderboard?.id ?? '';
    const change = { leaderboardId, title: 'Everybody', expectedVersion: 1 };
    expect(await refusalOf(world.as(grace).updateLeaderboard(change))).toMatchObject({ code: 'NOT_FOUND' });
    const changed = await world.as(ada).updateLeaderboard(change);
    expect(changed.leaderboard).toMatchObject({ title: 'Everybody', version: 2 });
    expect(await refusalOf(world.as(ada).updateLeaderboard(change))).toMatchObject({ code: 'CONFLICT' });
    expect(await refusalOf(world.as(grace).deleteLeaderboard({ leaderboardId }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('that is deleted is gone, with its places in Redis', async () => {
    const [ada] = await world.players('Ada');
    const leaderboardId = await world.community([ada]);
    await world.finishSession({ userId: ada.id });
    await world.untilPlaces(ada, leaderboardId, [[ada.id, 10]]);
    await expect.poll(() => world.redis.keys(`*${leaderboardId}*:built`)).toHaveLength(1);
    await world.as(ada).deleteLeaderboard({ leaderboardId });
    expect((await world.as(ada).batchGetLeaderboards({ ids: [leaderboardId] })).leaderboards).toEqual([]);
    expect(await world.redis.keys(`*${leaderboardId}*`)).toEqual([]);
  });

  it('takes nobody who takes no part, and says what to do', async () => {
    const [ada] = await world.players('Ada');
    const [grace] = await world.signUp('Grace');
    const leaderboardId = await world.community([ada]);
    expect(await refusalOf(world.as(grace).joinLeaderboard({ leaderboardId }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('optInToLeaderboards'),
    });
    expect(
      await refusalOf(world.as(grace).createLeaderboard({ ...COMMUNITY, idempotencyKey: 'k' })),
    ).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});
