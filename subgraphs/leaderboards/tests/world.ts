import { Redis } from 'ioredis';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { inject, vi } from 'vitest';
import { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import type { Database, Transaction } from '#platform/db/database.ts';
import { relayChannel } from '#platform/events/channels.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import { type DomainNetwork, type DoorClient, startDomains } from '#tests/domain-network.ts';
import { PATIENCE } from '#tests/patience.ts';
import { type Person, signUp, usersService } from '#tests/people.ts';
import { domains } from '../../domains.ts';
import { leaderboardsService } from '../rpc/service.ts';
import { createStore, type Store } from '../store/store.ts';

/** The ways into the service. */
export const doorNames = ['grpc', 'graphql'] as const;
export type DoorName = (typeof doorNames)[number];

export type LeaderboardsClient = DoorClient<LeaderboardsServiceDefinition>;

/** One person a name. */
export type People<Names extends string[]> = { [Index in keyof Names]: Person };

/** The boards that every database has. */
export const BOARDS = {
  pointsOfAllTime: '01a0b000-0000-7000-8000-00000000b001',
  pointsThisMonth: '01a0b000-0000-7000-8000-00000000b002',
  volumeThisMonth: '01a0b000-0000-7000-8000-00000000b003',
  sessionsThisWeek: '01a0b000-0000-7000-8000-00000000b004',
  longestStreak: '01a0b000-0000-7000-8000-00000000b005',
  mostImproved: '01a0b000-0000-7000-8000-00000000b006',
  friendsPoints: '01a0b000-0000-7000-8000-00000000b101',
};

/** A session that somebody finished. */
export interface Session {
  userId: string;
  finishedAt?: Date;
  volumeKg?: number;
  day?: string;
  eventId?: string;
  sessionId?: string;
}

/** Who stands where, with what: by id, or by pseudonym. */
export type Place = [who: string, score: number];

/** Leaderboards and what it hears of at work, and what tests do in them. */
export interface World {
  network: DomainNetwork;
  /** The time in it, milliseconds since 1970: noon of a Wednesday in the middle of a month, and what has passed since. */
  now(): number;
  redis: Redis;
  store: Store;
  signUp<Names extends string[]>(...names: Names): Promise<People<Names>>;
  /** Signs people up who take part, under their names. */
  players<Names extends string[]>(...names: Names): Promise<People<Names>>;
  /** Makes two friends, and waits until leaderboards knows. */
  befriend(asker: Person, asked: Person): Promise<void>;
  /** The service as somebody sees it. */
  as(person: Person, door?: DoorName): LeaderboardsClient;
  /** Has a consumer's work done in one transaction, and its events told at once. */
  perform(work: (open: Transaction<PrismaClient>) => Promise<void>): Promise<void>;
  finishSession(...sessions: Session[]): Promise<void>;
  /** The id of a new community, on which these people are, the first its owner. */
  community(people: readonly Person[], change?: object): Promise<string>;
  /** The first 100 places of a board, as somebody sees them. */
  placesOf(viewer: Person, leaderboardId: string): Promise<Place[]>;
  /** Waits until these are the places of a board, as somebody sees them. */
  untilPlaces(viewer: Person, leaderboardId: string, expected: readonly Place[]): Promise<void>;
  /** Rows of the database, as its administrator. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export { PATIENCE };

/** Leaderboards, and those whose events it hears. */
const HOSTED = ['users', 'training', 'diet', 'workouts', 'leaderboards'];

const BEGINS = Date.parse('2026-11-18T12:00:00Z');

/** Starts the domains; on another Redis than that of the test run where one is named. */
export async function startWorld(redisUrl: string = inject('redisUrl')): Promise<World> {
  const began = performance.now();
  const now = () => Math.round(BEGINS + performance.now() - began);
  const hosted = domains.filter(({ name }) => HOSTED.includes(name));
  const network = await startDomains(hosted, {
    environment: { REDIS_URL: redisUrl },
    overrides: { now },
  });
  const pool = new pg.Pool({
    connectionString: network.database.adminUrl,
    options: '-c search_path=leaderboards',
  });
  const redis = new Redis(redisUrl);
  redis.on('error', () => undefined);
  const db: Database<PrismaClient> = openDomainDatabase(
    network.database,
    'leaderboards',
    (adapter) => new PrismaClient({ adapter }),
  );
  const store = createStore({ db, now, newId: uuidv7 });
  const doorOf = (name: DoorName) => {
    const door = network.doors.find((candidate) => candidate.name === name);
    if (door === undefined) throw new Error(`There is no door ${name}.`);
    return door;
  };
  const world: World = {
    network,
    now,
    redis,
    store,
    async signUp<Names extends string[]>(...names: Names) {
      return (await Promise.all(names.map((name) => signUp(network, name)))) as People<Names>;
    },
    async players(...names) {
      const people = await world.signUp(...names);
      const visibility = 'LEADERBOARD_VISIBILITY_PUBLIC';
      await Promise.all(people.map((person) => world.as(person).optInToLeaderboards({ visibility })));
      return people;
    },
    async befriend(asker, asked) {
      const users = ({ token }: Person) => doorOf('graphql').client(usersService, token);
      const request = { userId: asked.id, idempotencyKey: uuidv7() };
      const { friendRequest } = await users(asker).sendFriendRequest(request);
      await users(asked).acceptFriendRequest({ friendRequestId: friendRequest?.id ?? '' });
      await vi.waitFor(async () => {
        const known = 'SELECT 1 FROM friendships WHERE user_id = $1 AND friend_id = $2';
        if ((await world.sql(known, [asker.id, asked.id])).length === 0) throw new Error('No friends yet.');
      }, PATIENCE);
    },
    as: ({ token }, door = 'graphql') => doorOf(door).client(leaderboardsService, token),
    async perform(work) {
      await db.transaction(work);
      // The relay looks by itself, too: twice a second.
      void redis.publish(relayChannel('leaderboards'), '0').catch(() => undefined);
    },
    finishSession: (...sessions) =>
      world.perform(async (open) => {
        for (const {
          userId,
          finishedAt: occurredAt = new Date(now()),
          volumeKg = 100,
          ...given
        } of sessions) {
          const fresh = {
            eventId: uuidv7(),
            sessionId: uuidv7(),
            day: occurredAt.toISOString().slice(0, 10),
          };
          const session = { ...fresh, ...given, userId, occurredAt, volumeGrams: volumeKg * 1_000 };
          await store.activities.recordSession(open, session);
        }
      }),
    async community([owner, ...others], change = {}) {
      if (owner === undefined) throw new Error('A community has an owner.');
      const { leaderboard } = await world
        .as(owner)
        .createLeaderboard({ ...COMMUNITY, ...change, idempotencyKey: uuidv7() });
      const leaderboardId = leaderboard?.id ?? '';
      for (const person of others) await world.as(person).joinLeaderboard({ leaderboardId });
      return leaderboardId;
    },
    async placesOf(viewer, leaderboardId) {
      const request = { leaderboardIds: [leaderboardId], page: { first: 100 } };
      const { pages } = await world.as(viewer).batchListLeaderboardEntries(request);
      return (pages[0]?.edges ?? []).map(({ entry }) => [
        entry?.playerId ?? entry?.pseudonym ?? '',
        entry?.score ?? 0,
      ]);
    },
    untilPlaces: (viewer, leaderboardId, expected) =>
      vi.waitFor(async () => {
        const found = JSON.stringify(await world.placesOf(viewer, leaderboardId));
        if (found !== JSON.stringify(expected)) throw new Error(`${found}, not ${JSON.stringify(expected)}`);
      }, PATIENCE),
    sql: async (text, values) => (await pool.query(text, values)).rows,
    async close() {
      redis.disconnect();
      await pool.end();
      await db.close();
      await network.close();
    },
  };
  return world;
}

/** What a community is, where a test says nothing else. */
export const COMMUNITY = {
  title: 'Office',
  metric: 'LEADERBOARD_METRIC_POINTS',
  period: 'LEADERBOARD_PERIOD_ALL_TIME',
  timeZone: 'UTC',
  goal: { kind: 'LEADERBOARD_GOAL_KIND_ABSOLUTE' },
  access: 'LEADERBOARD_ACCESS_OPEN',
} as const;
