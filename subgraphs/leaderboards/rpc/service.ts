import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import { createAchievementHandlers } from './achievements.ts';
import { createBoardHandlers } from './boards.ts';
import { createEntryHandlers } from './entries.ts';
import { createParticipationHandlers } from './participation.ts';
import type { ServiceParts } from './parts.ts';

export const leaderboardsService = serviceName<LeaderboardsServiceDefinition>(
  'fitme.leaderboards.v1.LeaderboardsService',
);

/** The service: points and achievements of one's own, and boards as each person may see them. */
export function createHandlers(parts: ServiceParts): Handlers<LeaderboardsServiceDefinition> {
  return {
    ...createParticipationHandlers(parts),
    ...createBoardHandlers(parts),
    ...createEntryHandlers(parts),
    ...createAchievementHandlers(parts),
  };
}
