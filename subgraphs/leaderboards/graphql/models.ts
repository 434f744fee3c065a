import type { Achievement__Output } from '#gen/proto/fitme/leaderboards/v1/Achievement.ts';
import type { FitnessProgress__Output } from '#gen/proto/fitme/leaderboards/v1/FitnessProgress.ts';
import type { Leaderboard__Output } from '#gen/proto/fitme/leaderboards/v1/Leaderboard.ts';
import type { LeaderboardEntry__Output } from '#gen/proto/fitme/leaderboards/v1/LeaderboardEntry.ts';
import type { LeaderboardGoal__Output } from '#gen/proto/fitme/leaderboards/v1/LeaderboardGoal.ts';
import type { LeaderboardPage__Output } from '#gen/proto/fitme/leaderboards/v1/LeaderboardPage.ts';
import type { LeaderboardParticipation__Output } from '#gen/proto/fitme/leaderboards/v1/LeaderboardParticipation.ts';
import type { PointEntry__Output } from '#gen/proto/fitme/leaderboards/v1/PointEntry.ts';
import type { PointRule__Output } from '#gen/proto/fitme/leaderboards/v1/PointRule.ts';
import type { UserAchievement__Output } from '#gen/proto/fitme/leaderboards/v1/UserAchievement.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type LeaderboardModel = Leaderboard__Output;
export type LeaderboardGoalModel = LeaderboardGoal__Output;
export type LeaderboardEntryModel = LeaderboardEntry__Output;
export type LeaderboardParticipationModel = LeaderboardParticipation__Output;
export type FitnessProgressModel = FitnessProgress__Output;
export type AchievementModel = Achievement__Output;
export type UserAchievementModel = UserAchievement__Output;
export type PointEntryModel = PointEntry__Output;
export type PointRuleModel = PointRule__Output;

/** A page of a board as the service answers it. */
export type EntriesPage = LeaderboardPage__Output;

export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}

export interface GymModel {
  id: string;
}
