import type { Resolvers } from '#gen/graphql/leaderboards.ts';
import { connectionOf, pageRequestOf } from '#platform/graphql/connections.ts';
import { promised, stubOf } from '#platform/graphql/proto-values.ts';
import { dateOf, requiredDateOf } from '#platform/service/timestamps.ts';
import { forOneViewer } from '#platform/viewer.ts';
import { createMutations } from './mutations.ts';
import {
  accesses,
  achievementMetrics,
  goalKinds,
  kinds,
  metrics,
  periods,
  units,
  visibilities,
} from './present.ts';

/** GraphQL to service calls. */
export function createResolvers(): Resolvers {
  return {
    Query: {
      leaderboard: (_parent, { id }, { leaderboardById }) => leaderboardById.load(id),
      async leaderboards(_parent, { kind, gymId, joinedOnly, ...window }, { leaderboards }) {
        const page = await leaderboards.listLeaderboards({
          kind: kinds.valueOf(kind),
          gymId: gymId ?? '',
          joinedOnly,
          page: pageRequestOf(window),
        });
        return connectionOf(page, ({ leaderboard }) => ({ node: promised(leaderboard) }));
      },
      async achievements(_parent, window, { leaderboards }) {
        const page = await leaderboards.listAchievements({ page: pageRequestOf(window) });
        return connectionOf(page, ({ achievement }) => ({ node: promised(achievement) }));
      },
      async pointRules(_parent, window, { leaderboards }) {
        const page = await leaderboards.listPointRules({ page: pageRequestOf(window) });
        return connectionOf(page, ({ pointRule }) => ({ node: promised(pointRule) }));
      },
    },

    Mutation: createMutations(),

    User: {
      __resolveReference: ({ id }) => ({ id }),
      async leaderboardParticipation({ id }, _arguments, { viewer, leaderboards }) {
        if (id !== viewer?.id) return null;
        const { participation } = await leaderboards.getParticipation({});
        return promised(participation);
      },
      fitnessProgress: ({ id }, _arguments, { progressOf }) => progressOf.load(id),
      async achievements({ id }, window, { achievementsOf }) {
        const page = await achievementsOf(window).load(id);
        if (page === null) return null;
        return connectionOf(page, ({ userAchievement }) => ({ node: promised(userAchievement) }));
      },
      async pointEntries({ id }, window, { viewer, leaderboards }) {
        if (id !== viewer?.id) return null;
        const page = await leaderboards.listPointEntries({ page: pageRequestOf(window) });
        return connectionOf(page, ({ pointEntry }) => ({ node: promised(pointEntry) }));
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
      goal({ goal }) {
        const { kind, target } = promised(goal);
        return { kind: goalKinds.requiredNameOf(kind), target: target || null };
      },
      unit: ({ unit }) => units.requiredNameOf(unit),
      access: ({ access }) => accesses.nameOf(access),
      gym: ({ gymId }) => stubOf(gymId),
      owner: ({ ownerId }) => stubOf(ownerId),
      invitationCode: ({ invitationCode }, _arguments, { viewer }) =>
        forOneViewer(viewer, invitationCode) || null,
      joined: ({ joined }, _arguments, { viewer }) => forOneViewer(viewer, joined),
      async memberCount({ id }, _arguments, { memberCountOf }) {
        return (await memberCountOf.load(id)) ?? 0;
      },
      ownTarget: ({ ownTarget }, _arguments, { viewer }) => forOneViewer(viewer, ownTarget) || null,
      periodStartsAt: ({ periodStartsAt }) => dateOf(periodStartsAt),
      periodEndsAt: ({ periodEndsAt }) => dateOf(periodEndsAt),
      createdAt: ({ createdAt }) => requiredDateOf(createdAt),
      async entries({ id }, { periodsAgo, ...window }, { entriesOf }) {
        const page = await entriesOf(periodsAgo, window).load(id);
        if (page === null) return null;
        const connection = connectionOf(page, ({ entry }) => ({ node: promised(entry) }));
        return { ...connection, totalCount: page.totalCount };
      },
      async myEntry({ id }, { periodsAgo }, { entriesAround }) {
        const entries = await entriesAround(periodsAgo, 0).load(id);
        return entries?.find(({ isMe }) => isMe) ?? null;
      },
      async entriesAroundMe({ id }, { periodsAgo, radius }, { entriesAround }) {
        return (await entriesAround(periodsAgo, radius).load(id)) ?? [];
      },
    },

    LeaderboardEntry: {
      goalPercent: ({ goalPercent }) => goalPercent ?? null,
      player: ({ userId }, _arguments, { viewer }) => stubOf(forOneViewer(viewer, userId)),
      pseudonym: ({ pseudonym }, _arguments, { viewer }) => forOneViewer(viewer, pseudonym) || null,
      isMe: ({ isMe }, _arguments, { viewer }) => forOneViewer(viewer, isMe),
    },

    PointRule: {
      mostADay: ({ mostADay }) => mostADay || null,
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
