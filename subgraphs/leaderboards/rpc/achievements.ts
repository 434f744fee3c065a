import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import { windowOf } from '#platform/service/paging.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { achievementCursor, entryCursor, ruleCursor, userAchievementCursor } from '../store/achievements.ts';
import type { ServiceParts } from './parts.ts';
import { achievementOf, pointEntryOf, progressOf, userAchievementOf } from './present.ts';

type Methods =
  | 'ListPointRules'
  | 'ListPointEntries'
  | 'BatchGetPointEntries'
  | 'BatchGetFitnessProgress'
  | 'ListAchievements'
  | 'BatchGetAchievements'
  | 'BatchListUserAchievements';

/** Points, progress and achievements: one's own, and what other members share. Services act for nobody here. */
export function createAchievementHandlers({
  store: { achievements },
}: Pick<ServiceParts, 'store'>): Pick<Handlers<LeaderboardsServiceDefinition>, Methods> {
  return {
    async ListPointRules({ page }, { signal }) {
      const { edges, pageInfo } = await achievements.listRules(windowOf(page, ruleCursor), signal);
      return {
        edges: edges.map(({ row: { name, title, points, maxPerDay }, cursor }) => ({
          pointRule: { name, title, points, maxPerDay: maxPerDay ?? undefined },
          cursor,
        })),
        pageInfo,
      };
    },

    async ListPointEntries({ page }, { viewer, signal }) {
      const { id } = requirePerson(viewer);
      const { edges, pageInfo } = await achievements.listEntries(id, windowOf(page, entryCursor), signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ pointEntry: pointEntryOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetPointEntries({ ids }, { viewer, signal }) {
      const entries = await achievements.getEntries(requirePerson(viewer).id, ids, signal);
      return { pointEntries: entries.map(pointEntryOf) };
    },

    async BatchGetFitnessProgress({ userIds }, { viewer, signal }) {
      const rows = await achievements.totalsOf(requirePerson(viewer).id, [...new Set(userIds)], signal);
      return { fitnessProgress: rows.map(progressOf) };
    },

    async ListAchievements({ page }, { signal }) {
      const { edges, pageInfo } = await achievements.list(windowOf(page, achievementCursor), signal);
      return {
        edges: edges.map(({ row, cursor }) => ({ achievement: achievementOf(row), cursor })),
        pageInfo,
      };
    },

    async BatchGetAchievements({ ids }, { signal }) {
      return { achievements: (await achievements.get(ids, signal)).map(achievementOf) };
    },

    async BatchListUserAchievements({ userIds, page }, { viewer, signal }) {
      const { id: viewerId } = requirePerson(viewer);
      // A cursor comes only where one person is named.
      const window = windowOf(page, userAchievementCursor(userIds[0] ?? ''));
      const pages = await achievements.listOf(viewerId, [...new Set(userIds)], window, signal);
      return {
        pages: pages.map(({ userId, page: { edges, pageInfo } }) => ({
          userId,
          edges: edges.map(({ row, cursor }) => ({ userAchievement: userAchievementOf(row), cursor })),
          pageInfo,
        })),
      };
    },
  };
}
