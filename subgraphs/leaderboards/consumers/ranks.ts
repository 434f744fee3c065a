import type { PrismaClient } from '#gen/prisma/leaderboards/client.ts';
import type { ConsumerDefinition } from '#platform/events/consuming/definition.ts';
import type { Standings } from '../adapters/ranks/standings.ts';

/**
 * Keeps the sorted sets in Redis up to date by the domain's own log: in its order, by one process at a time, and again
 * where Redis was away. All is done before the position moves, and doing it twice does no harm.
 */
export function createRanksConsumer(standings: Standings): ConsumerDefinition<PrismaClient, null> {
  return {
    name: 'ranks',
    from: 'leaderboards',
    kinds: ['leaderboards.scores-changed', 'leaderboards.player-left', 'leaderboards.board-deleted'],
    async load(events) {
      const userIds = events.flatMap(
        ({ scoresChanged, playerLeft }) => (scoresChanged ?? playerLeft)?.userId ?? [],
      );
      const leaderboardIds = events.flatMap(({ boardDeleted }) => boardDeleted?.leaderboardId ?? []);
      await standings.settle([...new Set(userIds)], [...new Set(leaderboardIds)]);
      return null;
    },
    apply: async () => undefined,
  };
}
