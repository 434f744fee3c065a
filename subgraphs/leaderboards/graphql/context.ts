import type DataLoader from 'dataloader';
import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import type { UserAchievementPage__Output } from '#gen/proto/fitme/leaderboards/v1/UserAchievementPage.ts';
import type { IncomingCall } from '#platform/call.ts';
import { type ConnectionArguments, pageRequestOf } from '#platform/graphql/connections.ts';
import { createLoader, createLoaders, inBatches } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import { batchSizeFor, boardsPerAroundCall } from '../requests/requests.ts';
import type {
  AchievementModel,
  EntriesPage,
  FitnessProgressModel,
  LeaderboardEntryModel,
  LeaderboardModel,
  PointEntryModel,
} from './models.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  leaderboards: LocalClient<LeaderboardsServiceDefinition>;
  leaderboardById: DataLoader<string, LeaderboardModel | null>;
  achievementById: DataLoader<string, AchievementModel | null>;
  pointEntryById: DataLoader<string, PointEntryModel | null>;
  /** By board. */
  memberCountOf: DataLoader<string, number | null>;
  /** By person. */
  progressOf: DataLoader<string, FitnessProgressModel | null>;
  /** By board, for a window that all of a list's boards are asked for. */
  entriesOf(periodsAgo: number, window: ConnectionArguments): DataLoader<string, EntriesPage | null>;
  /** By board; the viewer's own place with as many around it. */
  entriesAround(periodsAgo: number, radius: number): DataLoader<string, LeaderboardEntryModel[] | null>;
  /** By person. */
  achievementsOf(window: ConnectionArguments): DataLoader<string, UserAchievementPage__Output | null>;
}

export function createContext(
  service: Service<LeaderboardsServiceDefinition>,
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const leaderboards = service.local(call);
  return {
    viewer,
    leaderboards,
    leaderboardById: createLoader(async (ids) => {
      const found = await leaderboards.batchGetLeaderboards({ ids });
      return found.leaderboards.map((board) => [board.id, board]);
    }),
    achievementById: createLoader(async (ids) => {
      const { achievements } = await leaderboards.batchGetAchievements({ ids });
      return achievements.map((achievement) => [achievement.id, achievement]);
    }),
    pointEntryById: createLoader(async (ids) => {
      const { pointEntries } = await leaderboards.batchGetPointEntries({ ids });
      return pointEntries.map((entry) => [entry.id, entry]);
    }),
    memberCountOf: createLoader(
      inBatches(100, async (leaderboardIds) => {
        const { counts } = await leaderboards.batchGetLeaderboardMemberCounts({ leaderboardIds });
        return counts.map(({ leaderboardId, memberCount }) => [leaderboardId, memberCount]);
      }),
    ),
    progressOf: createLoader(async (userIds) => {
      const { fitnessProgress } = await leaderboards.batchGetFitnessProgress({ userIds });
      return fitnessProgress.map((row) => [row.userId, row]);
    }),
    entriesOf: createLoaders((periodsAgo: number, window: ConnectionArguments) => {
      const page = pageRequestOf(window);
      return inBatches(batchSizeFor(page), async (leaderboardIds) => {
        const { pages } = await leaderboards.batchListLeaderboardEntries({
          leaderboardIds,
          periodsAgo,
          page,
        });
        return pages.map((found) => [found.leaderboardId, found]);
      });
    }),
    entriesAround: createLoaders((periodsAgo: number, radius: number) =>
      inBatches(boardsPerAroundCall(radius), async (leaderboardIds) => {
        const request = { leaderboardIds, periodsAgo, radius };
        const { neighbourhoods } = await leaderboards.batchListLeaderboardEntriesAroundOwn(request);
        return neighbourhoods.map(({ leaderboardId, entries }) => [leaderboardId, entries]);
      }),
    ),
    achievementsOf: createLoaders((window: ConnectionArguments) => {
      const page = pageRequestOf(window);
      return inBatches(batchSizeFor(page), async (userIds) => {
        const { pages } = await leaderboards.batchListUserAchievements({ userIds, page });
        return pages.map((found) => [found.userId, found]);
      });
    }),
  };
}
