import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import { changed } from '#platform/service/changes.ts';
import type { Handlers } from '#platform/service/service.ts';
import { requirePerson } from '#platform/viewer.ts';
import { changeableSharing } from '../requests/requests.ts';
import type { ServiceParts } from './parts.ts';
import { participationOf, visibilities } from './present.ts';

type Methods =
  | 'GetLeaderboardParticipation'
  | 'OptInToLeaderboards'
  | 'OptOutOfLeaderboards'
  | 'UpdateProgressSharing';

/** How people take part, and what they let members see. Each answers with what holds then. */
export function createParticipationHandlers({
  store: { players },
  standings,
}: Pick<ServiceParts, 'store' | 'standings'>): Pick<Handlers<LeaderboardsServiceDefinition>, Methods> {
  return {
    async GetLeaderboardParticipation(_request, { viewer }) {
      return answer(requirePerson(viewer).id);
    },

    async OptInToLeaderboards({ visibility }, { viewer }) {
      const { id } = requirePerson(viewer);
      await players.optIn(id, visibilities.requiredNameOf(visibility));
      return answer(id);
    },

    async OptOutOfLeaderboards(_request, { viewer }) {
      const { id } = requirePerson(viewer);
      await players.optOut(id);
      await standings.takeAway([id], []);
      return answer(id);
    },

    async UpdateProgressSharing(request, { viewer }) {
      const { id } = requirePerson(viewer);
      await players.share(id, (stored) => changed(changeableSharing, stored, request));
      return answer(id);
    },
  };

  async function answer(userId: string) {
    return { leaderboardParticipation: participationOf(await players.get(userId)) };
  }
}
