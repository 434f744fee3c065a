import type { Resolvers } from '#gen/graphql/leaderboards.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { viewerOf } from '#platform/graphql/viewer.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { forOneViewer } from '#platform/viewer.ts';
import {
  accesses,
  achievementMetrics,
  goalKinds,
  kinds,
  metrics,
  periods,
  units,
  visibilities,
} from '../rpc/present.ts';
import { createMutations } from './mutations.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      leaderboard: (_parent, { id }, { leaderboardById }) => leaderboardById.load(id),
      async leaderboards(_parent, { kind, gymId, joinedOnly, ...window }, { leaderboards }) {
        const page = await leaderboards.listLeaderboards({
          kind: kinds.valueOf(kind),
          gymId,
          joinedOnly,
          page: pageRequestOf(window),
        });
        return connectionOf(page, ({ leaderboard }) => ({ node: promised(leaderboard) }));
      },
      achievement: (_parent, { id }, { achievementById }) => achievementById.load(id),
      async achievements(_parent, window, { leaderboards }) {
        const page = await leaderboards.listAchievements({ page: pageRequestOf(window) });
        return connectionOf(page, ({ achievement }) => ({ node: promised(achievement) }));
      },
      pointEntry: (_parent, { id }, { pointEntryById }) => pointEntryById.load(id),
      async pointRules(_parent, window, { leaderboards }) {
        const page = await leaderboards.listPointRules({ page: pageRequestOf(window) });
        return connectionOf(page, ({ pointRule }) => ({ node: promised(pointRule) }));
      },
    },

    Mutation: createMutations(),

    Viewer: {
      __resolveReference: viewerOf,
      async leaderboardParticipation(_parent, _arguments, { leaderboards }) {
        const { leaderboardParticipation } = await leaderboards.getLeaderboardParticipation({});
        return promised(leaderboardParticipation);
      },
      async pointEntries(_parent, window, { leaderboards }) {
        const page = await leaderboards.listPointEntries({ page: pageRequestOf(window) });
        return connectionOf(page, ({ pointEntry }) => ({ node: promised(pointEntry) }));
      },
    },

    User: {
      __resolveReference: ({ id }) => ({ id }),
      fitnessProgress: ({ id }, _arguments, { progressOf }) => progressOf.load(id),
      async achievements({ id }, window, { achievementsOf }) {
        const page = await achievementsOf(window).load(id);
        if (page === null) return null;
        return connectionOf(page, ({ userAchievement }) => ({ node: promised(userAchievement) }));
      },
    },

    LeaderboardParticipation: {
      visibility: ({ visibility }) => visibilities.requiredNameOf(visibility),
      joinedAt: ({ joinedAt }) => dateOf(joinedAt),
    },

    Leaderboard: {
      __resolveReference: ({ id }, { leaderboardById }) => leaderboardById.load(id),
      kind: ({ kind }) => kinds.requiredNameOf(kind),
      metric: ({ metric }) => metrics.requiredNameOf(metric),
      period: ({ period }) => periods.requiredNameOf(period),
      goal: ({ goal }) => promised(goal),
      unit: ({ unit }) => units.requiredNameOf(unit),
      access: ({ access }) => accesses.nameOf(access),
      gym: ({ gymId }) => stubOf(gymId),
      owner: ({ ownerId }) => stubOf(ownerId),
      invitationCode: ({ invitationCode }, _arguments, { viewer }) =>
        forOneViewer(viewer, invitationCode) ?? null,
      joined: ({ joined }, _arguments, { viewer }) => forOneViewer(viewer, joined),
      async memberCount({ id }, _arguments, { memberCountOf }) {
        return (await memberCountOf.load(id)) ?? 0;
      },
      ownTarget: ({ ownTarget }, _arguments, { viewer }) => forOneViewer(viewer, ownTarget) ?? null,
      periodStartsAt: ({ periodStartsAt }) => dateOf(periodStartsAt),
      periodEndsAt: ({ periodEndsAt }) => dateOf(periodEndsAt),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
      async entries({ id }, { periodsAgo, ...window }, { entriesOf }) {
        const page = await entriesOf(periodsAgo, window).load(id);
        if (page === null) return null;
        const connection = connectionOf(page, ({ entry }) => ({ node: promised(entry) }));
        return { ...connection, totalCount: page.totalCount };
      },
      async ownEntry({ id }, { periodsAgo }, { entriesAround }) {
        const entries = await entriesAround(periodsAgo, 0).load(id);
        return entries?.find(({ own }) => own) ?? null;
      },
      async entriesAroundOwn({ id }, { periodsAgo, radius }, { entriesAround }) {
        return (await entriesAround(periodsAgo, radius).load(id)) ?? [];
      },
    },

    LeaderboardGoal: {
      kind: ({ kind }) => goalKinds.requiredNameOf(kind),
    },

    LeaderboardEntry: {
      player: ({ playerId }, _arguments, { viewer }) => stubOf(forOneViewer(viewer, playerId)),
      pseudonym: ({ pseudonym }, _arguments, { viewer }) => forOneViewer(viewer, pseudonym) ?? null,
      own: ({ own }, _arguments, { viewer }) => forOneViewer(viewer, own),
    },

    PointEntry: {
      __resolveReference: ({ id }, { pointEntryById }) => pointEntryById.load(id),
      occurredAt: ({ occurredAt }) => requiredDateOf(occurredAt),
    },

    FitnessProgress: {
      points: ({ points }) => Number(points),
    },

    Achievement: {
      __resolveReference: ({ id }, { achievementById }) => achievementById.load(id),
      metric: ({ metric }) => achievementMetrics.requiredNameOf(metric),
    },

    UserAchievement: {
      achievement: ({ achievement }) => promised(achievement),
      unlockedAt: ({ unlockedAt }) => dateOf(unlockedAt),
    },
  };
}
