import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Person } from '#tests/people.ts';
import { usersService } from '#tests/people.ts';
import { BOARDS, PATIENCE, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

async function entriesOf(viewer: Person, leaderboardId: string) {
  const request = { leaderboardIds: [leaderboardId], page: { first: 100 } };
  const { pages } = await world.as(viewer).batchListLeaderboardEntries(request);
  return (pages[0]?.edges ?? []).flatMap(({ entry }) => (entry === null ? [] : [entry]));
}

/** What somebody is called on a board by another. */
async function nameFor(viewer: Person, player: Person, leaderboardId: string): Promise<string> {
  const entries = await entriesOf(viewer, leaderboardId);
  const own = await entriesOf(player, leaderboardId);
  const rank = own.find(({ own }) => own)?.rank;
  const entry = entries.find((candidate) => candidate.rank === rank);
  return entry?.playerId ?? entry?.pseudonym ?? '';
}

const optIn = (person: Person, visibility: 'PUBLIC' | 'FRIENDS' | 'PRIVATE') =>
  world.as(person).optInToLeaderboards({ visibility: `LEADERBOARD_VISIBILITY_${visibility}` });

describe('who takes no part', () => {
  it('is on no board, and has their points all the same', async () => {
    const [ada] = await world.players('Ada');
    const [quiet] = await world.signUp('Quiet');
    await world.finishSession({ userId: quiet.id }, { userId: ada.id });
    await vi.waitFor(
      async () => expect((await entriesOf(ada, BOARDS.pointsOfAllTime)).length).toBe(1),
      PATIENCE,
    );
    expect(await world.sql('SELECT FROM board_scores WHERE user_id = $1', [quiet.id])).toEqual([]);
    const { fitnessProgress } = await world.as(quiet).batchGetFitnessProgress({ userIds: [quiet.id] });
    expect(fitnessProgress).toMatchObject([{ points: '10', sessionCount: 1 }]);
  });

  it('takes part from when they say so, with what they did before', async () => {
    const [late] = await world.signUp('Late');
    await world.finishSession({ userId: late.id });
    await optIn(late, 'PUBLIC');
    await vi.waitFor(async () => {
      const entries = await entriesOf(late, BOARDS.sessionsThisWeek);
      expect(entries.filter(({ own }) => own)).toMatchObject([{ score: 1, playerId: late.id }]);
    }, PATIENCE);
  });
});

describe('a name', () => {
  it('is shown to whom its owner lets see it, and changes with what they say', async () => {
    const [viewer, friend, player] = await world.players('Viewer', 'Friend', 'Player');
    await world.befriend(friend, player);
    const leaderboardId = await world.community([viewer, friend, player]);
    await world.finishSession({ userId: player.id });
    await world.untilPlaces(viewer, leaderboardId, [[player.id, 10]]);
    const seen = async () => [
      await nameFor(viewer, player, leaderboardId),
      await nameFor(friend, player, leaderboardId),
      await nameFor(player, player, leaderboardId),
    ];
    expect(await seen()).toEqual([player.id, player.id, player.id]);
    await optIn(player, 'FRIENDS');
    const pseudonym = expect.stringMatching(/^Athlete [0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(await seen()).toEqual([pseudonym, player.id, player.id]);
    await optIn(player, 'PRIVATE');
    expect(await seen()).toEqual([pseudonym, pseudonym, player.id]);
  });

  it('is a pseudonym that lasts on a board, and is another on every other board', async () => {
    const [viewer, player] = await world.players('Viewer', 'Player');
    await optIn(player, 'PRIVATE');
    const boards = [
      await world.community([viewer, player]),
      await world.community([viewer, player]),
    ] as const;
    await world.finishSession({ userId: player.id });
    await vi.waitFor(async () => expect(await entriesOf(viewer, boards[1])).toHaveLength(1), PATIENCE);
    const [one, other] = [await nameFor(viewer, player, boards[0]), await nameFor(viewer, player, boards[1])];
    expect(one).not.toBe(other);
    await world.finishSession({ userId: player.id });
    await vi.waitFor(
      async () => expect(await entriesOf(viewer, boards[0])).toMatchObject([{ score: 20 }]),
      PATIENCE,
    );
    expect(await nameFor(viewer, player, boards[0])).toBe(one);
    const told = JSON.stringify(
      await world
        .as(viewer)
        .batchListLeaderboardEntries({ leaderboardIds: [...boards], page: { first: 10 } }),
    );
    expect(told).not.toContain(player.id);
  });

  it('is hidden from those whom its owner blocks', async () => {
    const [viewer, player] = await world.players('Viewer', 'Player');
    const leaderboardId = await world.community([viewer, player]);
    await world.finishSession({ userId: player.id });
    await world.untilPlaces(viewer, leaderboardId, [[player.id, 10]]);
    const users = world.network.doors[1]?.client(usersService, player.token);
    await users?.blockUser({ userId: viewer.id });
    await vi.waitFor(async () => {
      expect(await nameFor(viewer, player, leaderboardId)).toMatch(/^Athlete /);
    }, PATIENCE);
    await users?.unblockUser({ userId: viewer.id });
    await world.untilPlaces(viewer, leaderboardId, [[player.id, 10]]);
  });
});

describe("a friends' board", () => {
  it('ranks the viewer among their friends, and not those who hide', async () => {
    const [viewer, friend, hidden, stranger] = await world.players('Viewer', 'Friend', 'Hidden', 'Stranger');
    await world.befriend(viewer, friend);
    await world.befriend(hidden, viewer);
    await optIn(hidden, 'PRIVATE');
    await world.finishSession(
      ...[stranger, stranger, hidden, friend, friend, viewer].map(({ id }) => ({ userId: id })),
    );
    await world.untilPlaces(viewer, BOARDS.friendsPoints, [
      [friend.id, 20],
      [viewer.id, 10],
    ]);
    await world.untilPlaces(stranger, BOARDS.friendsPoints, [[stranger.id, 20]]);
    const { counts } = await world
      .as(viewer)
      .batchGetLeaderboardMemberCounts({ leaderboardIds: [BOARDS.friendsPoints] });
    expect(counts).toEqual([{ leaderboardId: BOARDS.friendsPoints, memberCount: 2 }]);
    const request = { leaderboardIds: [BOARDS.friendsPoints], radius: 0 };
    const { neighbourhoods } = await world.as(viewer).batchListLeaderboardEntriesAroundOwn(request);
    expect(neighbourhoods[0]?.entries).toMatchObject([{ rank: 2, own: true }]);
  });
});

describe('who leaves', () => {
  it('is on no board at once, in no week of it and in nothing that Redis holds', async () => {
    const [viewer, leaver] = await world.players('Viewer', 'Leaver');
    const leaderboardId = await world.community([viewer, leaver]);
    const weekAgo = new Date(world.now() - 7 * 24 * 60 * 60_000);
    await world.finishSession(
      { userId: viewer.id },
      { userId: leaver.id },
      { userId: leaver.id, finishedAt: weekAgo },
    );
    await world.untilPlaces(viewer, leaderboardId, [
      [leaver.id, 20],
      [viewer.id, 10],
    ]);
    await expect.poll(() => keysThatKnow(leaver)).not.toEqual([]);
    const { leaderboardParticipation } = await world.as(leaver).optOutOfLeaderboards({});
    expect(leaderboardParticipation).toMatchObject({
      takesPart: false,
      visibility: 'LEADERBOARD_VISIBILITY_PRIVATE',
    });
    expect(await world.placesOf(viewer, leaderboardId)).toEqual([[viewer.id, 10]]);
    expect(await keysThatKnow(leaver)).toEqual([]);
    expect(await world.sql('SELECT FROM board_scores WHERE user_id = $1', [leaver.id])).toEqual([]);
    await world.as(leaver).optOutOfLeaderboards({});
    const { fitnessProgress } = await world.as(leaver).batchGetFitnessProgress({ userIds: [leaver.id] });
    expect(fitnessProgress).toMatchObject([{ points: '20' }]);
  });

  it('a community is off that one alone', async () => {
    const [viewer, leaver] = await world.players('Viewer', 'Leaver');
    const [left, kept] = [await world.community([viewer, leaver]), await world.community([viewer, leaver])];
    await world.finishSession({ userId: leaver.id });
    for (const leaderboardId of [left, kept])
      await world.untilPlaces(viewer, leaderboardId, [[leaver.id, 10]]);
    await world.as(leaver).leaveLeaderboard({ leaderboardId: left });
    expect(await world.placesOf(viewer, left)).toEqual([]);
    expect(await world.placesOf(viewer, kept)).toEqual([[leaver.id, 10]]);
  });

  /** Keys of Redis in which a person stands. */
  async function keysThatKnow({ id }: Person): Promise<string[]> {
    const keys = await world.redis.keys('fitme:leaderboards:*:members');
    const known = await Promise.all(keys.map((key) => world.redis.hexists(key, id)));
    return keys.filter((_, index) => known[index] === 1);
  }
});

describe('progress and achievements', () => {
  it('are seen by members once their owner shares them, and by nobody else', async () => {
    const [owner, member] = await world.signUp('Owner', 'Member');
    await world.finishSession({ userId: owner.id });
    const ask = async (viewer: Person) => {
      const client = world.as(viewer);
      const userIds = [owner.id];
      const { fitnessProgress } = await client.batchGetFitnessProgress({ userIds });
      const { pages } = await client.batchListUserAchievements({ userIds });
      return [fitnessProgress.length, pages.length];
    };
    expect(await ask(owner)).toEqual([1, 1]);
    expect(await ask(member)).toEqual([0, 0]);
    await world.as(owner).updateProgressSharing({ sharesAchievements: true });
    expect(await ask(member)).toEqual([0, 1]);
    await world.as(owner).updateProgressSharing({ sharesProgress: true, sharesAchievements: false });
    expect(await ask(member)).toEqual([1, 0]);
    const both = [{ sharesProgress: false }, { sharesAchievements: true }];
    await Promise.all(both.map((change) => world.as(owner).updateProgressSharing(change)));
    expect(await ask(member)).toEqual([0, 1]);
    const [door] = world.network.doors;
    const { leaderboardsService } = await import('../rpc/service.ts');
    const nobody = door?.client(leaderboardsService).batchGetFitnessProgress({ userIds: [owner.id] });
    await expect(nobody).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const service = door?.client(leaderboardsService, await world.network.serviceToken());
    await expect(service?.batchGetFitnessProgress({ userIds: [owner.id] })).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});
