import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { executeIn, queryIn } from '#platform/sql/statement.ts';
import { scoresChanged } from '../events/events.ts';
import { DISPLACE, RESCORE } from './score-sql.ts';

/** Something that a person did, and when: it touches the periods that the instant lies in. */
export interface Touch {
  userId: string;
  instant: Date;
}

/** Computes scores anew inside of a transaction, and tells of those that changed. */
export interface ScoreStore {
  /** On every board that these people are on; one statement and one append, however many they are. */
  rescore(transaction: Transaction<PrismaClient>, touches: readonly Touch[]): Promise<void>;
  /** Takes people off these boards, or off all of them. The caller tells of it. */
  displace(
    transaction: Transaction<PrismaClient>,
    userIds: readonly string[],
    leaderboardIds: readonly string[] | null,
  ): Promise<void>;
}

/** @param now - The present, milliseconds since 1970. */
export function createScoreStore(now: () => number): ScoreStore {
  return {
    async rescore({ tx, append }, touches) {
      if (touches.length === 0) return;
      const changed = await queryIn(tx, RESCORE, [
        touches.map(({ userId }) => userId),
        touches.map(({ instant }) => instant),
        new Date(now()),
      ]);
      await append(...changed.map(({ userId }) => scoresChanged(userId)));
    },

    async displace({ tx }, userIds, leaderboardIds) {
      await executeIn(tx, DISPLACE, [userIds, leaderboardIds]);
    },
  };
}
