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
          nodes { rank score goalPercent pseudonym own player { id } }
        }
        ownEntry { rank }
        entriesAroundOwn(radius: 1) { rank own }
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
        { rank: 1, score: 12.5, goalPercent: null, pseudonym: null, own: true, player: { id: ada.id } },
      ],
    },
    ownEntry: { rank: 1 },
    entriesAroundOwn: [{ rank: 1, own: true }],
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
      setOwnLeaderboardTarget(input: { leaderboardId: $id, ownTarget: 3 }) { leaderboard { ownTarget } }
      updateLeaderboard(input: { leaderboardId: $id, access: INVITATION, expectedVersion: 1 }) { leaderboard { access version title } }
      updateProgressSharing(input: { sharesProgress: true }) { leaderboardParticipation { sharesProgress sharesAchievements visibility } }
      deleteLeaderboard(input: { leaderboardId: $id }) { leaderboardId }
    }`,
    { id: leaderboard.id },
  );
  expect(changed).toEqual({
    setOwnLeaderboardTarget: { leaderboard: { ownTarget: 3 } },
    updateLeaderboard: { leaderboard: { access: 'INVITATION', version: 2, title: 'Office' } },
    updateProgressSharing: {
      leaderboardParticipation: { sharesProgress: true, sharesAchievements: false, visibility: 'PUBLIC' },
    },
    deleteLeaderboard: { leaderboardId: leaderboard.id },
  });
  const { _entities: people } = await ask(
    `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ... on Viewer {
          leaderboardParticipation { takesPart }
          pointEntries(first: 1) { nodes { id ruleName reason points } }
        }
        ... on User {
          fitnessProgress { points volumeKg sessionCount daysOnTargetCount }
          achievements(first: 1) { nodes { progress unlockedAt achievement { id title metric target } } }
        }
      }
    }`,
    {
      representations: ['Viewer', 'User'].flatMap((__typename) => [
        { __typename, id: ada.id },
        { __typename, id: uuidv7() },
      ]),
    },
  );
  const points = {
    ...{ ruleName: 'session-finished', reason: 'Finished a workout session', points: 10 },
    id: expect.any(String),
  };
  const achievement = { title: 'First step', metric: 'SESSIONS', target: 1, id: expect.any(String) };
  expect(people).toEqual([
    { leaderboardParticipation: { takesPart: true }, pointEntries: { nodes: [points] } },
    null,
    {
      fitnessProgress: { points: 10, volumeKg: 12.5, sessionCount: 1, daysOnTargetCount: 0 },
      achievements: { nodes: [{ progress: 1, unlockedAt: expect.any(String), achievement }] },
    },
    { fitnessProgress: null, achievements: null },
  ]);
});

it("reads each thing again by its id, in whatever letters, and nobody else's points", async () => {
  const [grace] = await world.players('Grace');
  await world.finishSession({ userId: grace.id });
  const query = `query ($board: ID!, $achievement: ID!, $points: ID!) {
    leaderboard(id: $board) { id }
    achievement(id: $achievement) { id title }
    pointEntry(id: $points) { id }
  }`;
  const [{ id: own } = { id: '' }] = await pointIdsOf(ada);
  const [{ id: others } = { id: '' }] = await pointIdsOf(grace);
  const achievement = '01a0b000-0000-7000-8000-00000000a101';
  const ids = { board: BOARDS.volumeThisMonth, achievement, points: own };
  const found = {
    leaderboard: { id: BOARDS.volumeThisMonth },
    achievement: { id: achievement, title: 'First step' },
    pointEntry: { id: own },
  };
  expect(await ask(query, ids)).toEqual(found);
  const inCapitals = Object.entries(ids).map(([name, id]) => [name, id.toUpperCase()]);
  expect(await ask(query, Object.fromEntries(inCapitals))).toEqual(found);
  const strange = { board: uuidv7(), achievement: uuidv7(), points: others };
  expect(await ask(query, strange)).toEqual({ leaderboard: null, achievement: null, pointEntry: null });
});

function pointIdsOf({ id }: Person): Promise<{ id: string }[]> {
  return world.sql('SELECT id FROM user_points WHERE user_id = $1', [id]);
}

it('names the argument that it refuses', async () => {
  const refused = async (operation: string) => {
    const answer = await world.network.graphql('leaderboards', operation, { token: ada.token });
    return answer.errors?.[0]?.extensions['fields'];
  };
  const board = 'title: "Mars", metric: POINTS, period: WEEKLY, access: OPEN, idempotencyKey: "mars"';
  expect(
    await refused(`mutation { joinLeaderboard(input: { invitationCode: "" }) { leaderboard { id } } }`),
  ).toMatchObject([{ path: 'leaderboardId' }]);
  expect(
    await refused(
      `mutation { createLeaderboard(input: { ${board}, timeZone: "Mars" }) { leaderboard { id } } }`,
    ),
  ).toMatchObject([{ path: 'timeZone' }]);
  expect(await refused('{ pointRules(first: 101) { nodes { name } } }')).toMatchObject([{ path: 'first' }]);
});

it('takes an empty text for none', async () => {
  const { createLeaderboard } = await ask(
    `mutation ($key: String!) {
      createLeaderboard(input: { title: "Office", description: "", metric: POINTS, period: WEEKLY, access: OPEN, idempotencyKey: $key }) {
        leaderboard { description ownTarget goal { target } }
      }
    }`,
    { key: uuidv7() },
  );
  expect(createLeaderboard).toEqual({
    leaderboard: { description: null, ownTarget: null, goal: { target: null } },
  });
});

it('makes as many statements for a list of many boards as for one', async () => {
  const query = `query ($first: Int!) {
    leaderboards(kind: GLOBAL, first: $first) {
      nodes { title memberCount entries(first: 3) { nodes { rank } } ownEntry { rank } entriesAroundOwn { rank } }
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
