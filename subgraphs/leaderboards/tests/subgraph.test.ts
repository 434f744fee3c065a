import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { BOARDS, startWorld, type World } from './world.ts';

let world: World;
let ada: Person;
let statementCount: StatementCount;

beforeAll(async () => {
  world = await startWorld();
  [ada] = await world.players('Ada');
  statementCount = await openStatementCount(world.network.database.adminUrl);
});

afterAll(async () => {
  await statementCount?.close();
  await world?.close();
});

async function ask(query: string, variables: object = {}): Promise<Record<string, unknown>> {
  const answer = await world.network.graphql<Record<string, unknown>>('leaderboards', query, {
    variables,
    token: ada.token,
  });
  expect(answer.errors).toBeUndefined();
  return answer.data ?? {};
}

it('shows boards as the public contract says', async () => {
  await world.finishSession({ userId: ada.id, volumeKg: 12.5 });
  await world.untilPlaces(ada, BOARDS.volumeThisMonth, [[ada.id, 12.5]]);
  const { leaderboard } = await ask(
    `query ($id: ID!) {
      leaderboard(id: $id) {
        kind title metric period timeZone unit access invitationCode memberCount joined ownTarget version
        goal { kind target } owner { id } gym { id } periodStartsAt periodEndsAt
        entries(first: 1) {
          totalCount pageInfo { hasNextPage }
          nodes { rank score goalPercent pseudonym isMe player { id } }
        }
        myEntry { rank }
        entriesAroundMe(radius: 1) { rank isMe }
      }
    }`,
    { id: BOARDS.volumeThisMonth },
  );
  expect(leaderboard).toEqual({
    kind: 'GLOBAL',
    title: 'Volume this month',
    metric: 'VOLUME',
    period: 'MONTHLY',
    timeZone: 'UTC',
    unit: 'KILOGRAMS',
    access: null,
    invitationCode: null,
    memberCount: 1,
    joined: true,
    ownTarget: null,
    version: 1,
    goal: { kind: 'ABSOLUTE', target: null },
    owner: null,
    gym: null,
    periodStartsAt: expect.stringMatching(/-01T00:00:00.000Z$/),
    periodEndsAt: expect.stringMatching(/-01T00:00:00.000Z$/),
    entries: {
      totalCount: 1,
      pageInfo: { hasNextPage: false },
      nodes: [
        { rank: 1, score: 12.5, goalPercent: null, pseudonym: null, isMe: true, player: { id: ada.id } },
      ],
    },
    myEntry: { rank: 1 },
    entriesAroundMe: [{ rank: 1, isMe: true }],
  });
});

it('takes what people do with boards, and tells them their points and achievements', async () => {
  const { createLeaderboard } = await ask(
    `mutation ($key: String!) {
      createLeaderboard(input: { title: "Office", metric: SESSIONS, period: WEEKLY, goal: { kind: CUSTOM }, access: OPEN, idempotencyKey: $key }) {
        leaderboard { id timeZone unit owner { id } goal { kind target } }
      }
    }`,
    { key: uuidv7() },
  );
  const { leaderboard } = createLeaderboard as { leaderboard: { id: string } };
  expect(leaderboard).toMatchObject({
    timeZone: 'UTC',
    unit: 'PERCENT',
    owner: { id: ada.id },
    goal: { kind: 'CUSTOM', target: null },
  });
  const changed = await ask(
    `mutation ($id: ID!) {
      setLeaderboardTarget(input: { leaderboardId: $id, ownTarget: 3 }) { leaderboard { ownTarget } }
      updateLeaderboard(input: { leaderboardId: $id, access: INVITATION, expectedVersion: 1 }) { leaderboard { access version title } }
      updateProgressSharing(input: { sharesProgress: true }) { participation { sharesProgress sharesAchievements visibility } }
      deleteLeaderboard(input: { leaderboardId: $id }) { leaderboardId }
    }`,
    { id: leaderboard.id },
  );
  expect(changed).toEqual({
    setLeaderboardTarget: { leaderboard: { ownTarget: 3 } },
    updateLeaderboard: { leaderboard: { access: 'INVITATION', version: 2, title: 'Office' } },
    updateProgressSharing: {
      participation: { sharesProgress: true, sharesAchievements: false, visibility: 'PUBLIC' },
    },
    deleteLeaderboard: { leaderboardId: leaderboard.id },
  });
  const { _entities: people } = await ask(
    `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ... on User {
          leaderboardParticipation { takesPart }
          fitnessProgress { points volumeKg sessionCount }
          achievements(first: 1) { nodes { progress unlockedAt achievement { title metric target } } }
          pointEntries(first: 1) { nodes { ruleId reason points } }
        }
      }
    }`,
    {
      representations: [
        { __typename: 'User', id: ada.id },
        { __typename: 'User', id: uuidv7() },
      ],
    },
  );
  expect(people).toEqual([
    {
      leaderboardParticipation: { takesPart: true },
      fitnessProgress: { points: 10, volumeKg: 12.5, sessionCount: 1 },
      achievements: {
        nodes: [
          {
            progress: 1,
            unlockedAt: expect.any(String),
            achievement: { title: 'First step', metric: 'SESSIONS', target: 1 },
          },
        ],
      },
      pointEntries: {
        nodes: [{ ruleId: 'session-finished', reason: 'Finished a workout session', points: 10 }],
      },
    },
    { leaderboardParticipation: null, fitnessProgress: null, achievements: null, pointEntries: null },
  ]);
});

it('makes as many statements for a list of many boards as for one', async () => {
  const query = `query ($first: Int!) {
    leaderboards(kind: GLOBAL, first: $first) {
      nodes { title memberCount entries(first: 3) { nodes { rank } } myEntry { rank } entriesAroundMe { rank } }
    }
  }`;
  const count = async (first: number) => {
    const statements = await statementCount.during(() => ask(query, { first }));
    return statements.reduce((sum, { calls }) => sum + calls, 0);
  };
  // Has Redis take its copies.
  await ask(query, { first: 100 });
  await expect.poll(() => world.redis.keys('fitme:leaderboards:*:built')).not.toEqual([]);
  await expect.poll(async () => (await count(100)) === (await count(1))).toBe(true);
  expect(await count(100)).toBe(9);
});
