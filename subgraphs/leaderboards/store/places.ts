import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Database } from '#platform/db/database.ts';
import {
  type Place,
  type Placement,
  type Places,
  type RankSet,
  rankSetId,
  type Score,
} from '../rules/standings.ts';
import {
  AMONG,
  AROUND,
  CHANGES,
  FORGET_CHANGES,
  KEPT_MS,
  PLACES,
  type PlaceRow,
  SCAN,
  SCORES_OF,
  type Sets,
  SIGHTS,
  type Sight,
  STORAGE_ID,
  type Standing,
} from './place-sql.ts';

export type { Sight, Standing };

/** A note that Redis may not have what somebody scores. */
export interface RankChange extends RankSet {
  id: string;
  /** What holds now. */
  placement: Placement;
}

/** Places by the set's id (rankSetId). */
export type PlacesBySet = Map<string, Places>;

/** Places as PostgreSQL tells them, which is the truth: slower than Redis, and asked where Redis has no copy. */
export interface PlaceStore {
  /** As RankSets.read, of many sets in one statement. */
  read(sets: readonly RankSet[], first: number, last: number, signal?: AbortSignal): Promise<PlacesBySet>;
  /** As RankSets.readAround, of many sets in one statement. */
  readAround(
    sets: readonly RankSet[],
    userId: string,
    radius: number,
    signal?: AbortSignal,
  ): Promise<PlacesBySet>;
  /** As RankSets.readAmong, of many sets in one statement. */
  readAmong(sets: readonly RankSet[], userIds: readonly string[], signal?: AbortSignal): Promise<PlacesBySet>;
  /** What the viewer may know of each of these; those who have left the board since are missing. Null is a viewer who is nobody's friend. */
  sights(viewerId: string | null, standings: readonly Standing[], signal?: AbortSignal): Promise<Sight[]>;
  /** Up to `limit` of a set's people, in the order of their ids, behind this one. */
  scan(set: RankSet, afterId: string | null, limit: number): Promise<Score[]>;
  /** What these people score in a set; those who have no score are missing. */
  scoresOf(set: RankSet, userIds: readonly string[]): Promise<Score[]>;
  /** Names this database and its unbroken history: one that was restored, or made anew, has another name. */
  storageId(): Promise<string>;
  /** For how long a set is to be kept: until some time after its period, milliseconds. A duration, since Redis has a clock of its own. */
  keptMsOf(set: RankSet): Promise<number>;
  /** Notes about these people and these boards, oldest first, with how long each set is to be kept. */
  listChanges(
    userIds: readonly string[],
    leaderboardIds: readonly string[],
  ): Promise<(RankChange & { keptMs: number })[]>;
  /** Crosses notes out. */
  forgetChanges(ids: readonly string[]): Promise<void>;
}

export function createPlaceStore({ query }: Database<PrismaClient>, now: () => number): PlaceStore {
  const idsOf = (sets: readonly RankSet[]): Sets => [
    sets.map(({ leaderboardId }) => leaderboardId),
    sets.map(({ startsOn }) => startsOn),
  ];

  let storageId: Promise<string> | undefined;

  async function readStorageId(): Promise<string> {
    const [row] = await query(STORAGE_ID, []);
    return row?.id ?? '';
  }

  return {
    storageId() {
      storageId ??= readStorageId().catch((error) => {
        storageId = undefined;
        throw error;
      });
      return storageId;
    },

    read: async (sets, first, last, signal) =>
      bySet(await query(PLACES, [...idsOf(sets), first, last - first + 1], signal)),
    readAround: async (sets, userId, radius, signal) =>
      bySet(await query(AROUND, [...idsOf(sets), userId, radius], signal)),
    readAmong: async (sets, userIds, signal) => bySet(await query(AMONG, [...idsOf(sets), userIds], signal)),

    sights: (viewerId, standings, signal) =>
      query(
        SIGHTS,
        [
          viewerId,
          standings.map(({ leaderboardId }) => leaderboardId),
          standings.map(({ startsOn }) => startsOn),
          standings.map(({ userId }) => userId),
        ],
        signal,
      ),

    scan: ({ leaderboardId, startsOn }, afterId, limit) =>
      query(SCAN, [leaderboardId, startsOn, afterId, limit]),

    scoresOf: ({ leaderboardId, startsOn }, userIds) => query(SCORES_OF, [leaderboardId, startsOn, userIds]),

    async keptMsOf({ leaderboardId, startsOn }) {
      const [row] = await query(KEPT_MS, [leaderboardId, startsOn, new Date(now())]);
      return row?.keptMs ?? 0;
    },

    async listChanges(userIds, leaderboardIds) {
      const rows = await query(CHANGES, [userIds, leaderboardIds, new Date(now()), changesInOneReading]);
      return rows.map(({ id, leaderboardId, startsOn, keptMs, userId, score, reachedAt }) => ({
        ...{ id, leaderboardId, startsOn, keptMs },
        placement:
          score === null || reachedAt === null ? { userId, score: null } : { userId, score, reachedAt },
      }));
    },

    async forgetChanges(ids) {
      await query(FORGET_CHANGES, [ids]);
    },
  };
}

/** The most notes that `listChanges` answers. */
export const changesInOneReading = 10_000;

function bySet(rows: readonly PlaceRow[]): PlacesBySet {
  const grouped = Map.groupBy(rows, rankSetId);
  return new Map(
    [...grouped].map(([id, group]) => {
      const places = group.filter((row): row is PlaceRow & Place => row.userId !== null);
      return [id, { size: group[0]?.size ?? 0, places: places.map(toPlace) }];
    }),
  );
}

function toPlace({ userId, score, rank }: Place): Place {
  return { userId, score, rank };
}
