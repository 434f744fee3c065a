import type { Redis } from 'ioredis';
import type { Place, Placement, Places, RankSet } from '../../rules/standings.ts';
import { memberOf, personOf, rankKeys } from './keys.ts';
import { APPLY, BEGIN, FILL, FINISH, READ_AROUND, READ_PEOPLE, READ_PLACES } from './scripts.ts';

/**
 * The sorted sets, which are a copy of what PostgreSQL holds: any of them may be missing at any time. Reads answer null
 * where it is. Ranks are read in O(log n) and one more step for each place that is answered.
 */
export interface RankSets {
  /** Places from `first` to `last`, from 0, both included; below 0 they count from the end. */
  read(set: RankSet, first: number, last: number): Promise<Places | null>;
  /** Somebody's place with those around it; no places where they have none. */
  readAround(set: RankSet, userId: string, radius: number): Promise<Places | null>;
  /** Those among these people who have a place, ranked among themselves. */
  readAmong(set: RankSet, userIds: readonly string[]): Promise<Places | null>;
  /** Places people anew where the set is there, and tells whoever builds it. */
  apply(set: RankSet, keptMs: number, placements: readonly Placement[]): Promise<void>;
  /** Begins to build a set that is missing, as `builder`; false where somebody does already. */
  begin(set: RankSet, builder: string): Promise<boolean>;
  /** Adds to the set that is being built; false where it is no longer this builder's. */
  fill(set: RankSet, builder: string, placements: readonly Placement[]): Promise<boolean>;
  /**
   * Has the set take effect. Answers people who changed meanwhile: fill them in, and finish again; null where it is no
   * longer this builder's.
   */
  finish(set: RankSet, builder: string, keptMs: number): Promise<string[] | null>;
}

/** A builder that gives no sign for so long is taken for dead, milliseconds. */
const BUILDER_PATIENCE_MS = 30_000;
/** People in one call of `finish`. */
const CHANGED_BATCH = 1_000;

type Script = (keys: number, ...rest: (string | number)[]) => Promise<unknown>;

/** What `defineCommand` adds. */
type ScriptedRedis = Redis & Record<`fitmeRanks${string}`, Script>;

/**
 * Opens the sorted sets.
 *
 * @param storageId - Names the database that they are copies of.
 */
export function createRankSets(redis: Redis, storageId: () => Promise<string>): RankSets {
  const scripts = { READ_PLACES, READ_AROUND, READ_PEOPLE, APPLY, BEGIN, FILL, FINISH };
  const scripted = redis as ScriptedRedis;
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(`fitmeRanks${name}`, { lua });
  const run = (name: keyof typeof scripts, keys: readonly string[], ...values: (string | number)[]) =>
    scripted[`fitmeRanks${name}`]?.(keys.length, ...keys, ...values);

  const keysOf = async (set: RankSet) => rankKeys(await storageId(), set);

  return {
    async read(set, first, last) {
      const { built, ranks, members } = await keysOf(set);
      return placesOf(await run('READ_PLACES', [built, ranks, members], first, last));
    },

    async readAround(set, userId, radius) {
      const { built, ranks, members } = await keysOf(set);
      return placesOf(await run('READ_AROUND', [built, ranks, members], userId, radius));
    },

    async readAmong(set, userIds) {
      const { built, ranks, members } = await keysOf(set);
      const found = (await run('READ_PEOPLE', [built, ranks, members], ...userIds)) as string[] | null;
      if (found === null) return null;
      const sorted = pairsOf(found).sort(
        (one, other) => other.score - one.score || (one.member < other.member ? -1 : 1),
      );
      return { size: sorted.length, places: sorted.map(toPlace(0)) };
    },

    async apply(set, keptMs, placements) {
      const { built, ranks, members, building, changed } = await keysOf(set);
      await run('APPLY', [built, ranks, members, building, changed], keptMs, ...placements.flatMap(flat));
    },

    async begin(set, builder) {
      const { building, changed, nextRanks, nextMembers } = await keysOf(set);
      const keys = [building, changed, nextRanks, nextMembers];
      return (await run('BEGIN', keys, builder, BUILDER_PATIENCE_MS)) === 1;
    },

    async fill(set, builder, placements) {
      const { building, nextRanks, nextMembers } = await keysOf(set);
      const values = [builder, BUILDER_PATIENCE_MS, ...placements.flatMap(flat)];
      return (await run('FILL', [building, nextRanks, nextMembers], ...values)) === 1;
    },

    async finish(set, builder, keptMs) {
      const { building, changed, nextRanks, nextMembers, ranks, members, built } = await keysOf(set);
      const keys = [building, changed, nextRanks, nextMembers, ranks, members, built];
      return (await run('FINISH', keys, builder, keptMs, CHANGED_BATCH)) as string[] | null;
    },
  };
}

function flat(placement: Placement): [string, string, number] {
  if (placement.score === null) return [placement.userId, '', 0];
  return [placement.userId, memberOf(placement), -placement.score];
}

function placesOf(answer: unknown): Places | null {
  if (answer === null || answer === undefined) return null;
  const [size, first, found] = answer as [number, number, string[]];
  return { size, places: pairsOf(found).map(toPlace(first)) };
}

function pairsOf(found: readonly string[]): { member: string; score: number }[] {
  const pairs: { member: string; score: number }[] = [];
  for (let at = 0; at < found.length; at += 2) {
    pairs.push({ member: found[at] ?? '', score: 0 - Number(found[at + 1]) });
  }
  return pairs;
}

function toPlace(first: number) {
  return ({ member, score }: { member: string; score: number }, index: number): Place => ({
    userId: personOf(member),
    score,
    rank: first + index + 1,
  });
}
