import type { MutationResolvers } from '#gen/graphql/leaderboards.ts';
import { changesOf } from '#platform/graphql/changes.ts';
import { promised } from '#platform/graphql/proto-values.ts';
import { accesses, goalKinds, metrics, periods, visibilities } from './present.ts';

/** Mutations to service calls. */
export function createMutations(): Required<MutationResolvers> {
  return {
    async optInToLeaderboards(_parent, { input }, { leaderboards }) {
      const visibility = visibilities.valueOf(input.visibility);
      const { participation } = await leaderboards.optInToLeaderboards({ visibility });
      return { participation: promised(participation) };
    },
    async optOutOfLeaderboards(_parent, _arguments, { leaderboards }) {
      const { participation } = await leaderboards.optOutOfLeaderboards({});
      return { participation: promised(participation) };
    },
    async updateProgressSharing(_parent, { input }, { leaderboards }) {
      const { participation } = await leaderboards.updateProgressSharing(changesOf(input));
      return { participation: promised(participation) };
    },
    async createLeaderboard(_parent, { input }, { leaderboards }) {
      const { title, description, timeZone, idempotencyKey } = input;
      const { leaderboard } = await leaderboards.createLeaderboard({
        ...{ title, description, timeZone, idempotencyKey },
        metric: metrics.valueOf(input.metric),
        period: periods.valueOf(input.period),
        goal: { kind: goalKinds.valueOf(input.goal?.kind ?? 'ABSOLUTE'), target: input.goal?.target ?? 0 },
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
      const { leaderboard } = await leaderboards.joinLeaderboard(present(input));
      return { leaderboard: promised(leaderboard) };
    },
    leaveLeaderboard: (_parent, { input }, { leaderboards }) => leaderboards.leaveLeaderboard(input),
    async setLeaderboardTarget(_parent, { input }, { leaderboards }) {
      const { leaderboard } = await leaderboards.setLeaderboardTarget(input);
      return { leaderboard: promised(leaderboard) };
    },
  };
}

type Present<Input> = { [Key in keyof Input]: NonNullable<Input[Key]> };

/** An input without what the client has left out: null says the same. */
function present<Input extends object>(input: Input): Partial<Present<Input>> {
  const entries = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as Partial<Present<Input>>;
}
