import type { Achievement__Output } from '#gen/proto/fitme/leaderboards/v1/Achievement.ts';
import { AchievementMetric } from '#gen/proto/fitme/leaderboards/v1/AchievementMetric.ts';
import type { FitnessProgress__Output } from '#gen/proto/fitme/leaderboards/v1/FitnessProgress.ts';
import type { Leaderboard__Output } from '#gen/proto/fitme/leaderboards/v1/Leaderboard.ts';
import { LeaderboardAccess } from '#gen/proto/fitme/leaderboards/v1/LeaderboardAccess.ts';
import { LeaderboardGoalKind } from '#gen/proto/fitme/leaderboards/v1/LeaderboardGoalKind.ts';
import { LeaderboardKind } from '#gen/proto/fitme/leaderboards/v1/LeaderboardKind.ts';
import { LeaderboardMetric } from '#gen/proto/fitme/leaderboards/v1/LeaderboardMetric.ts';
import type { LeaderboardParticipation__Output } from '#gen/proto/fitme/leaderboards/v1/LeaderboardParticipation.ts';
import { LeaderboardPeriod } from '#gen/proto/fitme/leaderboards/v1/LeaderboardPeriod.ts';
import { LeaderboardScoreUnit } from '#gen/proto/fitme/leaderboards/v1/LeaderboardScoreUnit.ts';
import { LeaderboardVisibility } from '#gen/proto/fitme/leaderboards/v1/LeaderboardVisibility.ts';
import type { PointEntry__Output } from '#gen/proto/fitme/leaderboards/v1/PointEntry.ts';
import type { UserAchievement__Output } from '#gen/proto/fitme/leaderboards/v1/UserAchievement.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { type BoardMetric, shownOf, unitOf } from '../rules/rules.ts';
import type { AchievementRow, PointEntryRow, TotalsRow, UserAchievementRow } from '../store/achievements.ts';
import type { BoardView } from '../store/boards.ts';
import type { Participation } from '../store/players.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const visibilities = mapEnum(LeaderboardVisibility, 'LEADERBOARD_VISIBILITY_');
export const kinds = mapEnum(LeaderboardKind, 'LEADERBOARD_KIND_');
export const metrics = mapEnum(LeaderboardMetric, 'LEADERBOARD_METRIC_');
export const periods = mapEnum(LeaderboardPeriod, 'LEADERBOARD_PERIOD_');
export const goalKinds = mapEnum(LeaderboardGoalKind, 'LEADERBOARD_GOAL_KIND_');
export const accesses = mapEnum(LeaderboardAccess, 'LEADERBOARD_ACCESS_');
export const units = mapEnum(LeaderboardScoreUnit, 'LEADERBOARD_SCORE_UNIT_');
export const achievementMetrics = mapEnum(AchievementMetric, 'ACHIEVEMENT_METRIC_');

/** How somebody takes part, as the proto says it. */
export function participationOf(participation: Participation): LeaderboardParticipation__Output {
  const { userId, player, sharesProgress, sharesAchievements } = participation;
  return {
    ...{ userId, sharesProgress, sharesAchievements },
    takesPart: player !== null,
    visibility: visibilities.valueOf(player?.visibility ?? 'PRIVATE'),
    joinedAt: timestampOf(player?.joinedAt ?? null),
  };
}

/** A board as the proto says it. */
export function leaderboardOf(view: BoardView): Leaderboard__Output {
  const { id, title, timeZone, joined, version, metric } = view;
  return {
    ...{ id, title, timeZone, joined, version },
    description: view.description ?? undefined,
    kind: kinds.valueOf(view.kind),
    metric: metrics.valueOf(metric),
    period: periods.valueOf(view.period),
    goal: { kind: goalKinds.valueOf(view.goalKind), target: targetOf(metric, view.target) },
    unit: units.valueOf(unitOf(view)),
    access: accesses.valueOf(view.access),
    gymId: view.gymId ?? undefined,
    ownerId: view.ownerId ?? undefined,
    invitationCode: view.invitationCode ?? undefined,
    ownTarget: targetOf(metric, view.ownTarget),
    periodStartsAt: timestampOf(view.periodStartsAt),
    periodEndsAt: timestampOf(view.periodEndsAt),
    createdAt: timestampOf(view.createdAt),
  };
}

function targetOf(metric: BoardMetric, kept: number | null): number | undefined {
  return kept === null ? undefined : shownOf(metric, kept);
}

/** Points that somebody got, as the proto says it. */
export function pointEntryOf(row: PointEntryRow): PointEntry__Output {
  return { ...row, occurredAt: timestampOf(row.occurredAt) };
}

/** What somebody has done, as the proto says it. */
export function progressOf(row: TotalsRow): FitnessProgress__Output {
  return {
    userId: row.userId,
    points: String(row.points),
    sessionCount: row.sessions,
    volumeKg: shownOf('VOLUME', row.volume),
    recordCount: row.records,
    daysOnTargetCount: row.daysOnTarget,
    currentStreakDays: row.currentStreak,
    longestStreakDays: row.longestStreak,
  };
}

/** An achievement as the proto says it. */
export function achievementOf({
  id,
  title,
  description,
  metric,
  target,
}: AchievementRow): Achievement__Output {
  return {
    ...{ id, title, description },
    metric: achievementMetrics.valueOf(metric),
    target: shownOf(metric, target),
  };
}

/** Somebody's progress with an achievement as the proto says it. */
export function userAchievementOf(row: UserAchievementRow): UserAchievement__Output {
  return {
    userId: row.userId,
    achievement: achievementOf(row),
    progress: shownOf(row.metric, row.progress),
    unlockedAt: timestampOf(row.unlockedAt),
  };
}
