import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import { accessOf, serviceDefinition } from '#platform/grpc/protos.ts';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { readGatewayConfig } from '../../../gateway/config/config.ts';
import { createGateway, type Gateway } from '../../../gateway/server.ts';
import { leaderboardsService } from '../rpc/service.ts';
import { BOARDS, PATIENCE, startWorld, type World } from './world.ts';

let world: World;
let gateway: Gateway;
let ada: Person;
let grace: Person;
/** The board of a gym's points, on which Ada stands in front of Grace, whose name nobody may know. */
let leaderboardId: string;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  world = await startWorld();
  gateway = await createGateway(readGatewayConfig(world.network.gatewayEnvironment), { now: world.now });
  [ada, grace] = await world.players('Ada', 'Grace');
  await world.as(grace).optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_PRIVATE' });
  const gymId = uuidv7();
  await world.perform(async (open) => {
    for (const { id: userId } of [ada, grace]) await world.store.gyms.join(open, { gymId, userId });
  });
  const { edges } = await world.as(ada).listLeaderboards({ gymId });
  leaderboardId =
    edges.find(({ leaderboard }) => leaderboard?.title === 'Points this month')?.leaderboard?.id ?? '';
  await world.finishSession({ userId: grace.id }, { userId: ada.id }, { userId: ada.id });
  await vi.waitFor(async () => expect(await world.placesOf(ada, leaderboardId)).toHaveLength(2), PATIENCE);
});

afterAll(async () => {
  for (const socket of sockets) await socket.close();
  await gateway?.close();
  await world?.close();
});

describe('what all see of a board', () => {
  it.each([0, 1])('is read under a token of its own, without names, at door %#', async (nth) => {
    const token = await world.network.sharedToken();
    const shared = world.network.doors[nth]?.client(leaderboardsService, token);
    const ids = [leaderboardId, BOARDS.friendsPoints];
    const { leaderboards = [] } = (await shared?.batchGetLeaderboards({ ids })) ?? {};
    expect(leaderboards).toMatchObject([{ id: leaderboardId, joined: false }]);
    expect([leaderboards[0]?.ownTarget, leaderboards[0]?.invitationCode]).toEqual([undefined, undefined]);
    const { counts = [] } = (await shared?.batchGetLeaderboardMemberCounts({ leaderboardIds: ids })) ?? {};
    expect(counts).toEqual([{ leaderboardId: leaderboardId, memberCount: 2 }]);
    const { pages = [] } = (await shared?.batchListLeaderboardEntries({ leaderboardIds: ids })) ?? {};
    expect(pages.map(({ leaderboardId }) => leaderboardId)).toEqual([leaderboardId]);
    expect(pages[0]?.edges.map(({ entry }) => entry)).toEqual([
      { rank: 1, score: 20, own: false },
      { rank: 2, score: 10, own: false },
    ]);
  });

  it('is all that the token opens', async () => {
    const client = world.network.doors[0]?.client(leaderboardsService, await world.network.sharedToken());
    const methods = Object.entries(serviceDefinition(leaderboardsService));
    const closed = methods.filter(([, method]) => !accessOf(method).shared);
    expect(closed.length).toBe(methods.length - 3);
    for (const [name] of closed) {
      const call = client?.[(name.charAt(0).toLowerCase() + name.slice(1)) as 'listPointRules'];
      expect(await refusalOf(call?.({}) ?? Promise.resolve({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
    }
  });

  it.each([
    'joined',
    'ownTarget',
    'invitationCode',
    'ownEntry { rank }',
    'entriesAroundOwn { rank }',
    'entries(first: 2) { nodes { player { id } } }',
    'entries(first: 2) { nodes { pseudonym } }',
    'entries(first: 2) { nodes { own } }',
  ])('is not what each sees differently: %s', async (selection) => {
    const { data, errors } = await askShared(selection, leaderboardId);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(JSON.stringify(data)).not.toMatch(/true|false|Athlete|\d/);
  });

  it("is nothing of a friends' board", async () => {
    expect(await askShared('title', BOARDS.friendsPoints)).toEqual({ data: { _entities: [null] } });
  });
});

describe.skipIf(inject('engine') === 'apollo')('who listens to a board', () => {
  it('of a gym gets one reading with the others, of what looks the same to all', async () => {
    expect(await readingsFor('entries(first: 2) { totalCount nodes { rank score } }', leaderboardId)).toBe(1);
    expect(await readingsFor('entries(first: 2) { nodes { rank pseudonym } }', leaderboardId)).toBe(2);
  });

  it('of their friends gets their own', async () => {
    expect(
      await readingsFor('title memberCount entries(first: 2) { totalCount }', BOARDS.friendsPoints),
    ).toBe(2);
  });

  it('is told by the board whether it looks the same to all', async () => {
    const client = world.network.doors[0]?.client(liveSourceService, ada.token);
    const isShared = async (id: string) =>
      (await client?.authorize({ topic: `leaderboards.board.${id}` }))?.isShared;
    expect(await isShared(leaderboardId)).toBe(true);
    expect(await isShared(BOARDS.pointsOfAllTime)).toBe(true);
    expect(await isShared(BOARDS.friendsPoints)).toBe(false);
  });
});

async function askShared(selection: string, id: string) {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Leaderboard { ${selection} } } }`;
  const token = await world.network.sharedToken();
  const variables = { of: [{ __typename: 'Leaderboard', id }] };
  return world.network.graphql('leaderboards', query, { token, variables });
}

/** How often the board is read for Ada's and Grace's first snapshots of this; they see what a query of their own shows. */
async function readingsFor(selection: string, id: string): Promise<number> {
  const before = await fetches();
  const told = await Promise.all(
    [ada, grace].map(async ({ token }) => {
      const socket = await connectSocket(gateway.url, token);
      sockets.push(socket);
      const query = `subscription ($id: ID!) { leaderboardState(leaderboardId: $id) { leaderboard { ${selection} } } }`;
      const { data, errors } = await socket.operate(query, { id }).next();
      expect(errors).toBeUndefined();
      return data?.['leaderboardState'];
    }),
  );
  const readings = (await fetches()) - before;
  const own = await Promise.all(
    [ada, grace].map(async ({ token }) => {
      const query = `query ($id: ID!) { leaderboard(id: $id) { ${selection} } }`;
      return (await world.network.graphql('leaderboards', query, { token, variables: { id } })).data;
    }),
  );
  expect(told).toEqual(own);
  return readings;
}

/** Requests of the gateway to the subgraph of leaderboards so far. */
async function fetches(): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const counts = text.matchAll(/^fitme_gateway_subgraph_fetch_duration_seconds_count\{([^}]*)\} (\d+)/gm);
  return [...counts].reduce(
    (sum, [, labels, count]) => (labels?.includes('subgraph="leaderboards"') ? sum + Number(count) : sum),
    0,
  );
}
