import type { RankSet } from '../../rules/standings.ts';

/**
 * The places in Redis of one set. In a Redis cluster they are together: the braces say so.
 *
 * @param storageId - Of the database that the set is a copy of: another one's is not to be taken for it.
 */
export function rankKeys(storageId: string, { leaderboardId, startsOn }: RankSet) {
  const name = (part: string) => `fitme:leaderboards:${storageId}:{${leaderboardId}.${startsOn}}:${part}`;
  return {
    /** How many are in the set, where it is complete; nothing is read without it. */
    built: name('built'),
    /** Sorted set of members, by score with the sign turned: the best come first. */
    ranks: name('ranks'),
    /** Hash from a person's id to their member in `ranks`. */
    members: name('members'),
    /** Exists while somebody builds the set: holds who. */
    building: name('building'),
    /** Set of the people who changed meanwhile. */
    changed: name('changed'),
    nextRanks: name('next-ranks'),
    nextMembers: name('next-members'),
  };
}

const INSTANT_DIGITS = 15;

/** A person in a sorted set. Of equal scores Redis sorts by name, and so by when it was reached, then by the person's id. */
export function memberOf({ userId, reachedAt }: { userId: string; reachedAt: Date }): string {
  return `${String(reachedAt.getTime()).padStart(INSTANT_DIGITS, '0')}:${userId}`;
}

/** Whose member it is. */
export function personOf(member: string): string {
  return member.slice(INSTANT_DIGITS + 1);
}
