import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import { DomainError } from '#platform/errors.ts';
import { topicChannel } from '#platform/events/channels.ts';
import { encodeWakeup } from '#platform/events/wakeup-message.ts';
import { boardTopic } from '../../events/events.ts';
import { type Places, type RankSet, rankSetId } from '../../rules/standings.ts';
import { changesInOneReading, type PlaceStore, type PlacesBySet } from '../../store/places.ts';
import { createRankSets, type RankSets } from './rank-sets.ts';

/**
 * Who stands where: from Redis, and from PostgreSQL where Redis has no copy or does not answer. A copy that is missing is
 * made by the way, so that FLUSHALL costs some slower answers and nothing else.
 */
export interface Standings {
  /** Places from `first` to `last`, from 0, both included; below 0 they count from the end. */
  read(sets: readonly RankSet[], first: number, last: number, signal: AbortSignal): Promise<PlacesBySet>;
  /** Somebody's places with those around them; sets on which they have none have no places. */
  readAround(
    sets: readonly RankSet[],
    userId: string,
    radius: number,
    signal: AbortSignal,
  ): Promise<PlacesBySet>;
  /** Those among these people who have a place, ranked among themselves. */
  readAmong(sets: readonly RankSet[], userIds: readonly string[], signal: AbortSignal): Promise<PlacesBySet>;
  /**
   * Brings to Redis what changed about these people and on these boards, crosses the notes of it out, and wakes who
   * listens. One process does so at a time, in the order of the events: two could overtake one another.
   */
  settle(userIds: readonly string[], leaderboardIds: readonly string[]): Promise<void>;
  /**
   * The same at once, for who has left: the notes stay, so that `settle` comes to the same in its turn. Where Redis does
   * not answer, that is all, since nobody can read from it either.
   */
  takeAway(userIds: readonly string[], leaderboardIds: readonly string[]): Promise<void>;
  /** Has everybody who listens to these boards look at them. */
  wake(leaderboardIds: Iterable<string>): Promise<void>;
  /** Resolves when no set is being made by this process. */
  idle(): Promise<void>;
}

export interface StandingsOptions {
  redis: Redis;
  places: PlaceStore;
  log: Logger;
}

/** Rows in one step of the making. */
const BATCH = 2_000;

export function createStandings({ redis, places, log }: StandingsOptions): Standings {
  const rankSets = createRankSets(redis, places.storageId);
  const building = new Map<string, Promise<void>>();

  /** Asks Redis about each set at once, then PostgreSQL about all that it does not have. */
  async function readAll(
    sets: readonly RankSet[],
    fromRedis: (set: RankSet) => Promise<Places | null>,
    fromPostgres: (sets: readonly RankSet[]) => Promise<PlacesBySet>,
  ): Promise<PlacesBySet> {
    const answers = await Promise.all(sets.map((set) => fromRedis(set).catch(() => undefined)));
    const found: PlacesBySet = new Map();
    const missing: RankSet[] = [];
    for (const [index, set] of sets.entries()) {
      const answer = answers[index];
      if (answer) found.set(rankSetId(set), answer);
      else missing.push(set);
      // Redis that does not answer needs no set, and gets none.
      if (answer === null) build(set);
    }
    if (missing.length === 0) return found;
    return new Map([...found, ...(await fromPostgres(missing))]);
  }

  /** Answers the notes' ids. */
  async function bring(userIds: readonly string[], leaderboardIds: readonly string[]): Promise<string[]> {
    const changes = await places.listChanges(userIds, leaderboardIds);
    const bySet = Map.groupBy(changes, rankSetId);
    const applied = [...bySet.values()].map(async (group) => {
      const [set] = group;
      if (set === undefined) return;
      // Of several notes about one person all say what holds now.
      const placements = new Map(group.map(({ placement }) => [placement.userId, placement]));
      await rankSets.apply(set, set.keptMs, [...placements.values()]);
    });
    await Promise.all(applied).catch((cause: unknown) => {
      throw new DomainError('UNAVAILABLE', 'Redis cannot be brought up to date now.', { cause });
    });
    await wake(new Set([...changes.map(({ leaderboardId }) => leaderboardId), ...leaderboardIds]));
    return changes.map(({ id }) => id);
  }

  async function wake(leaderboardIds: Iterable<string>): Promise<void> {
    const wakeup = encodeWakeup(0);
    await Promise.all(
      [...leaderboardIds].map((leaderboardId) =>
        redis.publish(topicChannel(boardTopic(leaderboardId)), wakeup),
      ),
    );
  }

  function build(set: RankSet): void {
    const id = rankSetId(set);
    if (building.has(id)) return;
    const making = make(rankSets, places, set)
      .catch((err) => log.warn({ err }, 'a board could not be brought to Redis; PostgreSQL answers for it'))
      .finally(() => building.delete(id));
    building.set(id, making);
  }

  return {
    read: (sets, first, last, signal) =>
      readAll(
        sets,
        (set) => rankSets.read(set, first, last),
        (missing) => places.read(missing, first, last, signal),
      ),
    readAround: (sets, userId, radius, signal) =>
      readAll(
        sets,
        (set) => rankSets.readAround(set, userId, radius),
        (missing) => places.readAround(missing, userId, radius, signal),
      ),
    readAmong: (sets, userIds, signal) =>
      readAll(
        sets,
        (set) => rankSets.readAmong(set, userIds),
        (missing) => places.readAmong(missing, userIds, signal),
      ),

    async settle(userIds, leaderboardIds) {
      for (let isMore = true; isMore; ) {
        const ids = await bring(userIds, leaderboardIds);
        await places.forgetChanges(ids);
        isMore = ids.length === changesInOneReading;
      }
    },

    async takeAway(userIds, leaderboardIds) {
      await bring(userIds, leaderboardIds).catch((err) =>
        log.warn({ err }, 'a board in Redis is not up to date yet; it will be'),
      );
    },

    wake,

    async idle() {
      while (building.size > 0) await Promise.all(building.values());
    },
  };
}

/** Makes a set from PostgreSQL, where nobody else does already. Who changes meanwhile is filled in anew before it is read. */
async function make(rankSets: RankSets, places: PlaceStore, set: RankSet): Promise<void> {
  const builder = randomUUID();
  if (!(await rankSets.begin(set, builder))) return;
  let afterId: string | null = null;
  for (;;) {
    const scores = await places.scan(set, afterId, BATCH);
    if (!(await rankSets.fill(set, builder, scores))) return;
    afterId = scores.at(-1)?.userId ?? null;
    if (scores.length < BATCH) break;
  }
  for (;;) {
    // Asked each time: a board that was deleted meanwhile is forgotten at once.
    const keptMs = await places.keptMsOf(set);
    const changed = await rankSets.finish(set, builder, keptMs);
    if (changed === null || changed.length === 0) return;
    const scores = await places.scoresOf(set, changed);
    const present = new Set(scores.map(({ userId }) => userId));
    const gone = changed.filter((userId) => !present.has(userId));
    const placements = [...scores, ...gone.map((userId) => ({ userId, score: null }) as const)];
    if (!(await rankSets.fill(set, builder, placements))) return;
  }
}
