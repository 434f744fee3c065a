import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEMO_LOGINS } from '../demo-logins.ts';
import { servicesEnvironment } from '../environment.ts';
import { createKeys } from '../keys.ts';
import { seed } from '../seed.ts';
import { createTestDatabase, type TestDatabase } from '../test-services.ts';
import { CONVERSATIONS } from './conversations.ts';
import { CROWD, CROWDED_BOARD } from './crowd.ts';
import { type SeedHost, type Services, startSeedHost } from './host.ts';
import { DEMO } from './people.ts';
import { assignmentsService, measurementsService, sessionsService } from './workouts.ts';
import { EXPECTED_NOTIFICATIONS } from './world.ts';

const filesDirectory = mkdtempSync(join(tmpdir(), 'fitme-seed-'));
let database: TestDatabase;
let environment: Record<string, string>;
let host: SeedHost;
beforeAll(async () => {
  database = await createTestDatabase(inject('adminUrl'));
  const domains = Object.keys(database.urls);
  const network = {
    databaseUrls: database.urls,
    redisUrl: inject('redisUrl'),
    addresses: {},
    keys: createKeys(domains),
    filesDirectory,
  };
  environment = servicesEnvironment(network, domains);
  await seed(environment);
  host = await startSeedHost(environment);
});
afterAll(async () => {
  await host?.close();
  await database?.drop();
  rmSync(filesDirectory, { recursive: true, force: true });
});

async function signIn(email = ''): Promise<Services> {
  const { authTokens } = await host.as().users.signIn({ email, password: DEMO_LOGINS[0]?.password ?? '' });
  return host.as(authTokens?.accessToken);
}

/** What the demo user finds, as numbers. */
async function found({ users, messaging, notifications }: Services) {
  const requests = await users.listFriendRequests({ direction: 'FRIEND_REQUEST_DIRECTION_RECEIVED' });
  const { edges } = await messaging.listConversations({ page: { first: 100 } });
  const conversationIds = edges.map(({ conversation }) => conversation?.id ?? '');
  const { counts } = await messaging.batchGetUnreadCounts({ conversationIds });
  return {
    friends: (await users.listFriends({})).edges.length,
    requests: requests.edges.length,
    conversations: conversationIds.length,
    unread: counts.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
    notifications: (await notifications.getUnreadNotificationCount({})).unreadCount,
  };
}

describe('the demo world', () => {
  it('has people, conversations and something new for the demo user', async () => {
    const own = CONVERSATIONS.filter(({ people }) => people.includes(DEMO));
    expect(await found(await signIn(DEMO_LOGINS[0]?.email))).toEqual({
      friends: 7,
      requests: 3,
      conversations: own.length,
      unread: own.reduce((sum, { unread = 0 }) => sum + unread, 0),
      notifications: EXPECTED_NOTIFICATIONS,
    });
  });

  it('has a board with a crowd on it, on which the demo user is seen and the crowd is not', async () => {
    const { leaderboards } = await signIn(DEMO_LOGINS[0]?.email);
    const request = { leaderboardIds: [CROWDED_BOARD], page: { first: 100 } };
    const [page] = (await leaderboards.batchListLeaderboardEntries(request)).pages;
    expect(page?.totalCount).toBeGreaterThanOrEqual(CROWD);
    expect(page?.edges.map(({ entry }) => entry?.playerId)).toEqual(Array(100).fill(undefined));
    const mine = await leaderboards.listLeaderboards({
      kind: 'LEADERBOARD_KIND_COMMUNITY',
      joinedOnly: true,
    });
    expect(mine.edges.map(({ leaderboard }) => leaderboard?.title)).toEqual(['Sunday long run']);
  });

  it('has an administrator', async () => {
    const { users } = await signIn(DEMO_LOGINS[1]?.email);
    const { account } = await users.getAccount({});
    expect(account?.roles).toEqual(['USER_ROLE_MEMBER', 'USER_ROLE_ADMIN']);
  });

  it('has a trainer with clients, and a gym whose class the last one waits for', async () => {
    const { training, gyms } = await signIn(DEMO_LOGINS.at(-1)?.email);
    const { edges } = await training.listClientRelationships({ side: 'CLIENT_RELATIONSHIP_SIDE_TRAINER' });
    const states = edges.map(({ clientRelationship }) => clientRelationship?.state);
    expect(states.filter((state) => state === 'CLIENT_RELATIONSHIP_STATE_ACTIVE')).toHaveLength(3);
    expect(states.filter((state) => state === 'CLIENT_RELATIONSHIP_STATE_REQUESTED')).toHaveLength(1);
    expect((await training.listAppointments({})).edges).toHaveLength(1);
    const found = await gyms.listGyms({ namePrefix: 'Iron' });
    const gymId = found.edges[0]?.gym?.id ?? '';
    const { pages } = await gyms.batchListClassSessionsOfGyms({ gymIds: [gymId], page: { first: 100 } });
    const sessions = pages.flatMap((page) => page.edges);
    const waiting = sessions.filter(({ classSession }) => classSession?.waitingCount === 1);
    expect(waiting.map(({ classSession }) => classSession?.bookedCount)).toEqual([2]);
  });

  it('has three weeks of training, records and weights', async () => {
    const { users, service } = await signIn(DEMO_LOGINS[0]?.email);
    const { account } = await users.getAccount({});
    const userIds = [account?.userId ?? ''];
    const sessions = await service(sessionsService).batchListWorkoutSessions({ userIds });
    expect(sessions.pages[0]?.edges).toHaveLength(5);
    const { pages } = await service(assignmentsService).batchListWorkoutAssignments({ userIds });
    expect(pages[0]?.edges[0]?.workoutAssignment).toMatchObject({ dayCount: 8, doneDayCount: 5 });
    const { trends } = await service(measurementsService).batchGetWeightTrends({ userIds, days: 30 });
    expect(trends).toMatchObject([{ firstKg: 64.8, lastKg: 63.9, measurementCount: 5 }]);
  });

  it('is made once', async () => {
    const before = await found(await signIn(DEMO_LOGINS[0]?.email));
    await seed(environment);
    expect(await found(await signIn(DEMO_LOGINS[0]?.email))).toEqual(before);
  });
});
