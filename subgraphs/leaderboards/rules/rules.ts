/** Who may see a player's name on boards. */
export type Visibility = 'PUBLIC' | 'FRIENDS' | 'PRIVATE';

/** Who is on a board. */
export type BoardKind = 'GLOBAL' | 'FRIENDS' | 'GYM' | 'COMMUNITY';

/** What a board counts. */
export type BoardMetric = 'POINTS' | 'VOLUME' | 'SESSIONS' | 'STREAK';

/** What time a board covers. */
export type BoardPeriod = 'ALL_TIME' | 'MONTHLY' | 'WEEKLY';

/** What a board measures people against. */
export type GoalKind = 'ABSOLUTE' | 'RELATIVE' | 'CUSTOM';

/** Who may join a community. */
export type BoardAccess = 'OPEN' | 'INVITATION';

/** What an achievement counts. */
export type AchievementMetric = 'SESSIONS' | 'VOLUME' | 'RECORDS' | 'DAYS_ON_TARGET' | 'STREAK' | 'POINTS';

/** What a score is counted in. */
export type LeaderboardScoreUnit = 'POINTS' | 'KILOGRAMS' | 'SESSIONS' | 'DAYS' | 'PERCENT';

/** What a board measures, and against what. */
export interface Scoring {
  metric: BoardMetric;
  goalKind: GoalKind;
  /** ABSOLUTE: the same for all, as it is kept; null for none. */
  target: number | null;
}

/** The most communities that one person owns. */
export const maximumOwnedBoards = 20;

/** The most communities that one person is on. */
export const maximumJoinedBoards = 100;

/** The most people on a community. */
export const maximumMembers = 10_000;

/** How many periods back ranks can be read. */
export const maximumPeriodsAgo = 60;

/** How many of a person's friends are looked for on a board: the most recent that a friends' board shows. */
export const maximumFriends = 5_000;

const METRIC_UNITS: Record<BoardMetric, LeaderboardScoreUnit> = {
  POINTS: 'POINTS',
  VOLUME: 'KILOGRAMS',
  SESSIONS: 'SESSIONS',
  STREAK: 'DAYS',
};

/** What a board's scores are counted in. */
export function unitOf({ metric, goalKind }: Scoring): LeaderboardScoreUnit {
  return goalKind === 'ABSOLUTE' ? METRIC_UNITS[metric] : 'PERCENT';
}

/** Volume is kept in grams, all else as it is counted: sums of whole numbers do not drift. */
export function keptOf(metric: BoardMetric | AchievementMetric, value: number): number {
  return Math.round(metric === 'VOLUME' ? value * 1_000 : value);
}

/** A target as it is kept: one that is less than the least that can be kept is that. */
export function keptTargetOf(metric: BoardMetric, target: number): number {
  return Math.max(1, keptOf(metric, target));
}

/** The other way round: in kilograms, points, sessions or days. */
export function shownOf(metric: BoardMetric | AchievementMetric, kept: number): number {
  return metric === 'VOLUME' ? kept / 1_000 : kept;
}

/** A score in the board's unit; what is kept of RELATIVE and CUSTOM are hundredths of a percent. */
export function scoreOf({ metric, goalKind }: Scoring, kept: number): number {
  return goalKind === 'ABSOLUTE' ? shownOf(metric, kept) : kept / 100;
}

/** Percent of the target that a score stands for; null where there is no target. */
export function goalPercentOf({ goalKind, target }: Scoring, kept: number): number | null {
  if (goalKind !== 'ABSOLUTE') return kept / 100;
  return target === null ? null : Math.round((kept / target) * 10_000) / 100;
}

/** What is known of a player to somebody who looks at a board. */
export interface PlayerSight {
  visibility: Visibility;
  /** The viewer is the player. */
  same: boolean;
  friends: boolean;
  /** The player blocks the viewer. */
  blocks: boolean;
}

/** Whether the viewer may know who a player is. */
export function mayName({ visibility, same, friends, blocks }: PlayerSight): boolean {
  if (same) return true;
  if (blocks) return false;
  return visibility === 'PUBLIC' || (visibility === 'FRIENDS' && friends);
}

/** Lengths of streak that a new active day has reached: more than either row of days that it joins had reached. */
export function streaksReached(before: number, after: number, thresholds: readonly number[]): number[] {
  return thresholds.filter((threshold) => before < threshold && threshold <= after);
}
