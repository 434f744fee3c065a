import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { masked } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import {
  BOARDS,
  COMMUNITY,
  type DoorName,
  doorNames,
  type LeaderboardsClient,
  PATIENCE,
  startWorld,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.close());

/** Every method at least once: what it answered, by the method's name. */
async function liveThrough(door: DoorName): Promise<Record<string, unknown[]>> {
  const answers: Record<string, unknown[]> = {};
  const [ada, grace] = await world.signUp('Ada', 'Grace');
  const noting = (client: LeaderboardsClient) =>
    new Proxy(client as unknown as Record<string, (request: object) => Promise<unknown>>, {
      get: (methods, name: string) => async (request: object) => {
        const answer = await methods[name]?.(request);
        answers[name] ??= [];
        answers[name].push(answer);
        return answer;
      },
    }) as never as LeaderboardsClient;
  const [asAda, asGrace] = [noting(world.as(ada, door)), noting(world.as(grace, door))];

  await asAda.getLeaderboardParticipation({});
  await asAda.optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_FRIENDS' });
  await asGrace.optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_PUBLIC' });
  await asAda.updateProgressSharing({ sharesProgress: true });
  const goal = { kind: 'LEADERBOARD_GOAL_KIND_ABSOLUTE' as const, target: 100 };
  const made = await asAda.createLeaderboard({ ...COMMUNITY, goal, idempotencyKey: door });
  const leaderboardId = made.leaderboard?.id ?? '';
  await asGrace.joinLeaderboard({ leaderboardId });
  await world.finishSession({ userId: ada.id, volumeKg: 1_234.5 }, { userId: grace.id });
  await vi.waitFor(async () => {
    expect(await world.placesOf(grace, leaderboardId)).toHaveLength(2);
  }, PATIENCE);
  await asAda.updateLeaderboard({
    leaderboardId,
    description: 'By points.',
    access: 'LEADERBOARD_ACCESS_INVITATION',
    expectedVersion: 1,
  });
  await asAda.listLeaderboards({ kind: 'LEADERBOARD_KIND_COMMUNITY', joinedOnly: true, page: { first: 1 } });
  await asAda.listLeaderboards({ kind: 'LEADERBOARD_KIND_GLOBAL', page: { last: 2 } });
  await asAda.batchGetLeaderboards({ ids: [leaderboardId, BOARDS.mostImproved, uuidv7()] });
  await asAda.batchGetLeaderboardMemberCounts({ leaderboardIds: [leaderboardId, uuidv7()] });
  await asGrace.batchListLeaderboardEntries({
    leaderboardIds: [leaderboardId, uuidv7()],
    page: { first: 1 },
  });
  await asGrace.batchListLeaderboardEntriesAroundOwn({ leaderboardIds: [leaderboardId], radius: 1 });
  await asAda.listPointRules({});
  const points = await asAda.listPointEntries({ page: { first: 1 } });
  const pointIds = points.edges.map(({ pointEntry }) => pointEntry?.id ?? '');
  await asAda.batchGetPointEntries({ ids: [...pointIds, uuidv7()] });
  await asGrace.batchGetFitnessProgress({ userIds: [ada.id, grace.id, uuidv7()] });
  const { edges } = await asAda.listAchievements({ page: { first: 2 } });
  await asAda.batchGetAchievements({ ids: edges.map(({ achievement }) => achievement?.id ?? '') });
  await asAda.batchListUserAchievements({ userIds: [ada.id], page: { first: 1 } });
  const custom = await asAda.createLeaderboard({
    ...COMMUNITY,
    goal: { kind: 'LEADERBOARD_GOAL_KIND_CUSTOM' },
    idempotencyKey: `${door}-custom`,
  });
  await asAda.setOwnLeaderboardTarget({ leaderboardId: custom.leaderboard?.id ?? '', ownTarget: 12 });
  await asGrace.leaveLeaderboard({ leaderboardId });
  await asAda.deleteLeaderboard({ leaderboardId });
  await asAda.optOutOfLeaderboards({});
  return answers;
}

it('answers the same through both doors, whatever is asked', async () => {
  const grpc = await liveThrough('grpc');
  const graphql = await liveThrough('graphql');
  expect(Object.keys(grpc)).toHaveLength(22);
  const plain = (answers: unknown) => withoutChance(masked(answers));
  expect(plain(graphql)).toEqual(plain(grpc));
  // Not two empty answers.
  expect(grpc).toMatchObject({
    batchListLeaderboardEntries: [
      { pages: [{ totalCount: 2, edges: [{ entry: { rank: 1, score: 10, goalPercent: 10 } }] }] },
    ],
    batchGetLeaderboardMemberCounts: [{ counts: [{ memberCount: 2 }] }],
    batchGetFitnessProgress: [{ fitnessProgress: { length: 2 } }],
    batchGetPointEntries: [{ pointEntries: { length: 1 } }],
    listPointRules: [{ edges: { length: 8 } }],
    setOwnLeaderboardTarget: [{ leaderboard: { ownTarget: 12 } }],
  });
});

/** What differs from board to board and from person to person. */
function withoutChance(answers: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answers, (key, value) => {
      if (key === 'pseudonym' || key === 'invitationCode') return value && '<secret>';
      if (key === 'fitnessProgress' && Array.isArray(value))
        return value.map((row) => JSON.stringify(row)).sort();
      return value;
    }),
  );
}

describe.each(doorNames)('through the %s door', (door) => {
  const create = (change: object) => async () => {
    const [ada] = await world.players('Ada');
    return world.as(ada, door).createLeaderboard({ ...COMMUNITY, idempotencyKey: uuidv7(), ...change });
  };
  const call = (run: (client: LeaderboardsClient) => Promise<unknown>) => async () => {
    const [ada] = await world.signUp('Ada');
    return run(world.as(ada, door));
  };
  const ids = (count: number) => Array.from({ length: count }, () => uuidv7());

  it.each([
    ['a board without title', create({ title: ' ' }), 'title'],
    ['a title of 81 characters', create({ title: 'x'.repeat(81) }), 'title'],
    ['a description of 501 characters', create({ description: 'x'.repeat(501) }), 'description'],
    ['a time zone that is none', create({ timeZone: 'Mars/Olympus' }), 'timeZone'],
    ['an offset for a time zone', create({ timeZone: '+01:00' }), 'timeZone'],
    ['a metric that is not said', create({ metric: 'LEADERBOARD_METRIC_UNSPECIFIED' }), 'metric'],
    ['no goal', create({ goal: null }), 'goal'],
    ['a target of 0 for all', create({ goal: { ...COMMUNITY.goal, target: 0 } }), 'goal.target'],
    [
      'a target for all of a custom goal',
      create({ goal: { kind: 'LEADERBOARD_GOAL_KIND_CUSTOM', target: 5 } }),
      'goal.target',
    ],
    [
      'a relative goal of all time',
      create({ goal: { kind: 'LEADERBOARD_GOAL_KIND_RELATIVE' } }),
      'goal.kind',
    ],
    ['no key', create({ idempotencyKey: '' }), 'idempotencyKey'],
    [
      'nobody who may see the name',
      call((client) => client.optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_UNSPECIFIED' })),
      'visibility',
    ],
    ['joining nothing', call((client) => client.joinLeaderboard({})), 'leaderboardId'],
    [
      'a target of 0',
      call((client) => client.setOwnLeaderboardTarget({ leaderboardId: uuidv7(), ownTarget: 0 })),
      'ownTarget',
    ],
    [
      '101 boards',
      call((client) => client.batchListLeaderboardEntries({ leaderboardIds: ids(101) })),
      'leaderboardIds',
    ],
    [
      '30 boards with 100 places each',
      call((client) => client.batchListLeaderboardEntries({ leaderboardIds: ids(30), page: { first: 100 } })),
      'leaderboardIds',
    ],
    [
      'a cursor of another board',
      call((client) =>
        client.batchListLeaderboardEntries({
          leaderboardIds: [BOARDS.mostImproved],
          page: { first: 1, after: 'WyJ4IiwxXQ' },
        }),
      ),
      'page.after',
    ],
    [
      'periods that are yet to come',
      call((client) => client.batchListLeaderboardEntries({ leaderboardIds: ids(1), periodsAgo: -1 })),
      'periodsAgo',
    ],
    [
      '26 places around',
      call((client) => client.batchListLeaderboardEntriesAroundOwn({ leaderboardIds: ids(1), radius: 26 })),
      'radius',
    ],
    ['a page of 101', call((client) => client.listPointEntries({ page: { first: 101 } })), 'page.first'],
  ])('%s is refused with the field', async (_what, run, path) => {
    expect(await refusalOf(run())).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });
});
