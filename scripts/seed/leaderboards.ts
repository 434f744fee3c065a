import type { Services } from './host.ts';
import { DEMO, PEOPLE } from './people.ts';

/** Who takes part in the boards, and who may see their names; the others are on none. */
const PLAYERS: Readonly<Record<string, 'PUBLIC' | 'FRIENDS' | 'PRIVATE'>> = {
  [DEMO]: 'PUBLIC',
  mira: 'PUBLIC',
  theo: 'PUBLIC',
  lena: 'PUBLIC',
  kofi: 'FRIENDS',
  yuki: 'PUBLIC',
  priya: 'FRIENDS',
  sofia: 'PRIVATE',
  noah: 'PUBLIC',
  chloe: 'PUBLIC',
};

/** Whose progress and achievements every member may see. */
const SHARING = [DEMO, 'mira', 'yuki'];

const COMMUNITY = {
  title: 'Sunday long run',
  description: 'Most sessions since Monday buys the coffee.',
  metric: 'LEADERBOARD_METRIC_SESSIONS',
  period: 'LEADERBOARD_PERIOD_WEEKLY',
  timeZone: 'Europe/Zurich',
  goal: { kind: 'LEADERBOARD_GOAL_KIND_ABSOLUTE', target: 3 },
  access: 'LEADERBOARD_ACCESS_OPEN',
  idempotencyKey: 'seed',
} as const;

/** Who is on it beside the demo user, who owns it. */
const RUNNERS = ['mira', 'yuki', 'kofi'];

/** Has people take part in the boards, and begins a community. Done again, it changes nothing. */
export async function takePart(servicesOf: (handle: string) => Services): Promise<void> {
  const players = PEOPLE.flatMap(({ handle }) => {
    const visibility = PLAYERS[handle];
    return visibility === undefined ? [] : [{ handle, visibility }];
  });
  await Promise.all(
    players.map(({ handle, visibility }) =>
      servicesOf(handle).leaderboards.optInToLeaderboards({
        visibility: `LEADERBOARD_VISIBILITY_${visibility}`,
      }),
    ),
  );
  await Promise.all(
    SHARING.map((handle) =>
      servicesOf(handle).leaderboards.updateProgressSharing({
        sharesProgress: true,
        sharesAchievements: true,
      }),
    ),
  );
  const { leaderboard } = await servicesOf(DEMO).leaderboards.createLeaderboard(COMMUNITY);
  const leaderboardId = leaderboard?.id ?? '';
  await Promise.all(
    RUNNERS.map((handle) => servicesOf(handle).leaderboards.joinLeaderboard({ leaderboardId })),
  );
}
