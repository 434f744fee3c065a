import type { LeaderboardsServiceDefinition } from '#gen/proto/fitme/leaderboards/v1/LeaderboardsService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { signUp } from '#tests/people.ts';
import { create } from './create.ts';
import type { MakeUpdateCases } from './update-case.ts';

const leaderboardsService = serviceName<LeaderboardsServiceDefinition>(
  'fitme.leaderboards.v1.LeaderboardsService',
);

export const leaderboardUpdates: MakeUpdateCases = async (network) => {
  const { token } = await signUp(network, 'Lea');
  const [door] = network.doors;
  const leaderboards = door?.client(leaderboardsService, token);
  await leaderboards?.optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_PRIVATE' });
  const sharing = { sharesProgress: true, sharesAchievements: true };
  await leaderboards?.updateProgressSharing(sharing);
  const board = { title: 'Office', description: 'All floors.', access: 'INVITATION' };
  const leaderboardId = await create(network, 'leaderboards', token)(
    'createLeaderboard',
    'CreateLeaderboardInput',
    'leaderboard { id }',
    { ...board, metric: 'SESSIONS', period: 'MONTHLY' },
  );

  const common = { domain: 'leaderboards', token };
  return [
    {
      ...common,
      mutation: 'updateLeaderboard',
      key: { leaderboardId },
      selection: 'leaderboard { title description access version }',
      whole: board,
      none: { description: null },
    },
    {
      ...common,
      mutation: 'updateProgressSharing',
      key: {},
      selection: 'leaderboardParticipation { sharesProgress sharesAchievements }',
      whole: sharing,
      none: {},
    },
  ];
};
