import type { MutationResolvers } from '#gen/graphql/leaderboards.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { accesses, goalKinds, metrics, periods, visibilities } from '../rpc/present.ts';

/** Mutations to service calls. */
export function createMutations(): Required<MutationResolvers> {
  return {
    async optInToLeaderboards(_parent, { input }, { leaderboards }) {
      const visibility = visibilities.valueOf(input.visibility);
      const { leaderboardParticipation } = await leaderboards.optInToLeaderboards({ visibility });
      return { leaderboardParticipation: promised(leaderboardParticipation) };
    },
    async optOutOfLeaderboards(_parent, _arguments, { leaderboards }) {
      const { leaderboardParticipation } = await leaderboards.optOutOfLeaderboards({});
      return { leaderboardParticipation: promised(leaderboardParticipation) };
    },
    async updateProgressSharing(_parent, { input }, { leaderboards }) {
      const { leaderboardParticipation } = await leaderboards.updateProgressSharing(changesOf(input));
      return { leaderboardParticipation: promised(leaderboardParticipation) };
    },
    async createLeaderboard(_parent, { input }, { leaderboards }) {
      const { title, description, timeZone, idempotencyKey } = input;
      const { leaderboard } = await leaderboards.createLeaderboard({
        ...{ title, description, timeZone, idempotencyKey },
        metric: metrics.valueOf(input.metric),
        period: periods.valueOf(input.period),
        goal: { kind: goalKinds.valueOf(input.goal?.kind ?? 'ABSOLUTE'), target: input.goal?.target },
        access: accesses.valueOf(input.access),
      });
      return { leaderboard: promised(leaderboard) };
    },
    async updateLeaderboard(_parent, { input }, { leaderboards }) {
      const { leaderboardId, expectedVersion, ...changes } = input;
      const { leaderboard } = await leaderboards.updateLeaderboard({
        ...{ leaderboardId, expectedVersion, ...changesOf(changes) },
        access: accesses.valueOf(changes.access),
      });
      return { leaderboard: promised(leaderboard) };
    },
    deleteLeaderboard: (_parent, { input }, { leaderboards }) => leaderboards.deleteLeaderboard(input),
    async joinLeaderboard(_parent, { input }, { leaderboards }) {
      const { leaderboard } = await leaderboards.joinLeaderboard(input);
      return { leaderboard: promised(leaderboard) };
    },
    leaveLeaderboard: (_parent, { input }, { leaderboards }) => leaderboards.leaveLeaderboard(input),
    async setOwnLeaderboardTarget(_parent, { input }, { leaderboards }) {
      const { leaderboard } = await leaderboards.setOwnLeaderboardTarget(input);
      return { leaderboard: promised(leaderboard) };
    },
  };
}
