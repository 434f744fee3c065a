/** A board in one of its periods. */
export interface RankSet {
  leaderboardId: string;
  /** First day, ISO 8601; 1970-01-01 for ALL_TIME. */
  startsOn: string;
}

/** Identifies a set in maps. */
export function rankSetId({ leaderboardId, startsOn }: RankSet): string {
  return `${leaderboardId}.${startsOn}`;
}

/** What somebody scores. */
export interface Score {
  userId: string;
  /** As it is kept (prisma/leaderboards: BoardScore). */
  score: number;
  reachedAt: Date;
}

/** Somebody's place. */
export interface Place {
  userId: string;
  score: number;
  /** From 1. */
  rank: number;
}

/** A part of a set. */
export interface Places {
  /** How many are ranked. */
  size: number;
  places: Place[];
}

/** Somebody who is to be placed anew; without score, taken away. */
export type Placement = Score | { userId: string; score: null };
