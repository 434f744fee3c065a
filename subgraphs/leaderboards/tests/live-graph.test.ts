import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectSocket, type SocketClient, type SocketOperation } from '#tests/fixtures/socket-client.ts';
import type { Person } from '#tests/people.ts';
import { readGatewayConfig } from '../../../gateway/config/config.ts';
import { encodeCursor } from '../../../gateway/live/delivery/cursor.ts';
import { createGateway, type Gateway } from '../../../gateway/server.ts';
import { PATIENCE, startWorld, type World } from './world.ts';

let world: World;
let gateway: Gateway;
let ada: Person;
let grace: Person;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  world = await startWorld();
  gateway = await createGateway(readGatewayConfig(world.network.gatewayEnvironment), { now: world.now });
  [ada, grace] = await world.players('Ada', 'Grace');
});

afterAll(async () => {
  for (const socket of sockets) await socket.close();
  await gateway?.close();
  await world?.close();
});

async function listen({ token }: Person, query: string, leaderboardId: string) {
  const socket = await connectSocket(gateway.url, token);
  sockets.push(socket);
  return socket.operate(query, { leaderboardId });
}

const BOARD_STATE = `subscription ($leaderboardId: ID!) {
  leaderboardState(leaderboardId: $leaderboardId) {
    leaderboard { entries(first: 10) { nodes { rank score own pseudonym player { name } } } }
  }
}`;

const EARNED = `subscription ($after: String) {
  fitnessProgressEvents(after: $after) {
    cursor kind pointEntry { points reason } achievement { title } user { fitnessProgress { sessionCount } }
  }
}`;

const OWN_RANK = `subscription ($leaderboardId: ID!) {
  leaderboardState(leaderboardId: $leaderboardId) { leaderboard { ownEntry { rank score } } }
}`;

it('a board is sent as it stands, then as it changes, with names from the whole graph', async () => {
  const leaderboardId = await world.community([ada, grace]);
  const operation = await listen(ada, BOARD_STATE, leaderboardId);
  const next = async () => {
    const { data, errors } = await operation.next();
    expect(errors).toBeUndefined();
    const { leaderboard } = (data as { leaderboardState: { leaderboard: { entries: { nodes: object[] } } } })
      .leaderboardState;
    return leaderboard.entries.nodes;
  };
  expect(await next()).toEqual([]);
  await world.finishSession({ userId: grace.id });
  expect(await next()).toEqual([
    { rank: 1, score: 10, own: false, pseudonym: null, player: { name: 'Grace' } },
  ]);
  await world.as(grace).optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_PRIVATE' });
  expect(await next()).toEqual([
    { rank: 1, score: 10, own: false, pseudonym: expect.stringContaining('Athlete'), player: null },
  ]);
  await world.as(grace).leaveLeaderboard({ leaderboardId: leaderboardId });
  expect(await next()).toEqual([]);
});

it("somebody's rank is told when others move it, and not where it stays", async () => {
  const [player, other, last] = await world.players('Player', 'Other', 'Last');
  const leaderboardId = await world.community([player, other, last], {
    metric: 'LEADERBOARD_METRIC_SESSIONS',
  });
  const operation = await listen(player, OWN_RANK, leaderboardId);
  const own = async () => (await operation.next()).data?.['leaderboardState'];
  const at = (rank: number, score: number) => ({ leaderboard: { ownEntry: { rank, score } } });
  expect(await own()).toEqual({ leaderboard: { ownEntry: null } });
  await world.finishSession({ userId: player.id });
  expect(await own()).toEqual(at(1, 1));
  await world.finishSession({ userId: last.id });
  await world.finishSession({ userId: other.id }, { userId: other.id });
  expect(await own()).toEqual(at(2, 1));
  await world.finishSession({ userId: player.id }, { userId: player.id });
  expect(await own()).toEqual(at(1, 3));
});

it('many changes come as a few, four a second at most, and the last of them last', async () => {
  const [player] = await world.players('Player');
  const leaderboardId = await world.community([player], { metric: 'LEADERBOARD_METRIC_SESSIONS' });
  const operation = await listen(player, OWN_RANK, leaderboardId);
  await operation.next();
  const began = Date.now();
  const changes = 60;
  for (let change = 0; change < changes; change += 1) await world.finishSession({ userId: player.id });
  let told = 0;
  let score = 0;
  while (score < changes) {
    const { data } = (await operation.next()) as {
      data: { leaderboardState: { leaderboard: { ownEntry: { score: number } } } };
    };
    told += 1;
    score = data.leaderboardState.leaderboard.ownEntry.score;
  }
  expect(told).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 250) + 1);
  await vi.waitFor(() => expect(operation.waiting()).toBe(0), PATIENCE);
});

it('points and achievements are told to who earned them, in order, and from where they resume', async () => {
  const [player] = await world.players('Player');
  await world.finishSession({ userId: player.id });
  const [log] = await world.sql<{ epoch: string }>('SELECT epoch FROM log_epoch');
  const beginning = encodeCursor({
    topic: `leaderboards.person.${player.id}`,
    epoch: log?.epoch ?? '',
    seq: 0,
  });
  const socket = await connectSocket(gateway.url, player.token);
  sockets.push(socket);
  const operation = socket.operate(EARNED, { after: beginning });
  const points = await earned(operation);
  expect(points).toEqual({
    cursor: expect.any(String),
    kind: 'POINTS_AWARDED',
    pointEntry: { points: 10, reason: 'Finished a workout session' },
    achievement: null,
    user: { fitnessProgress: { sessionCount: 1 } },
  });
  const unlocked = await earned(operation);
  expect(unlocked).toMatchObject({ kind: 'ACHIEVEMENT_UNLOCKED', achievement: { title: 'First step' } });
  const resumed = socket.operate(EARNED, { after: points.cursor });
  expect(await earned(resumed)).toEqual(unlocked);
});

async function earned(operation: SocketOperation): Promise<{ cursor: string }> {
  const { data, errors } = await operation.next();
  expect(errors).toBeUndefined();
  return data?.['fitnessProgressEvents'] as { cursor: string };
}

it('a board that is not to be seen is not listened to', async () => {
  const leaderboardId = await world.community([ada], { access: 'LEADERBOARD_ACCESS_INVITATION' });
  const operation = await listen(grace, BOARD_STATE, leaderboardId);
  expect(await operation.message()).toMatchObject({ type: 'error' });
});
