import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { topicChannel } from '#platform/events/channels.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { PATIENCE, startWorld, type World } from './world.ts';

let world: World;
let wakeups: Wakeups;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  world = await startWorld();
  wakeups = createWakeups({
    redisUrl: inject('redisUrl'),
    log: createLogger({ level: 'fatal', name: 'test' }),
  });
  [ada, grace] = await world.players('Ada', 'Grace');
});

afterAll(async () => {
  await wakeups?.close();
  await world?.close();
});

/** What was on a board whenever its topic was woken. */
async function hear(leaderboardId: string): Promise<string[]> {
  const heard: string[] = [];
  await wakeups.listen(topicChannel(`leaderboards.board.${leaderboardId}`), () => {
    void world.placesOf(ada, leaderboardId).then((places) => heard.push(JSON.stringify(places)));
  });
  return heard;
}

it('a board is woken once its new places can be read', async () => {
  const leaderboardId = await world.community([ada, grace]);
  await world.placesOf(ada, leaderboardId);
  const heard = await hear(leaderboardId);
  await world.finishSession({ userId: grace.id });
  await vi.waitFor(() => expect(heard[0]).toBe(JSON.stringify([[grace.id, 10]])), PATIENCE);
});

it('a board is woken when somebody is named otherwise, leaves, or its title changes', async () => {
  const [player] = await world.players('Player');
  const leaderboardId = await world.community([ada, player]);
  await world.finishSession({ userId: player.id });
  await world.untilPlaces(ada, leaderboardId, [[player.id, 10]]);
  const heard = await hear(leaderboardId);
  await world.as(player).optInToLeaderboards({ visibility: 'LEADERBOARD_VISIBILITY_PRIVATE' });
  await vi.waitFor(() => expect(heard.at(-1)).toContain('Athlete'), PATIENCE);
  await world.as(player).leaveLeaderboard({ leaderboardId: leaderboardId });
  await vi.waitFor(() => expect(heard.at(-1)).toBe('[]'), PATIENCE);
  const before = heard.length;
  await world.as(ada).updateLeaderboard({ leaderboardId: leaderboardId, title: 'Other', expectedVersion: 1 });
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(before), PATIENCE);
});

it('a topic is open to whoever may see its board, and what concerns a person to them alone', async () => {
  const leaderboardId = await world.community([ada], { access: 'LEADERBOARD_ACCESS_INVITATION' });
  const authorize = (person: Person, topic: string) =>
    world.network.doors[0]?.client(liveSourceService, person.token).authorize({ topic }) ??
    Promise.reject(new Error('No door.'));
  const topic = `leaderboards.board.${leaderboardId}`;
  const { mode, toSeq } = await authorize(ada, topic);
  expect([mode, toSeq]).toEqual(['TOPIC_MODE_STATE', undefined]);
  expect(await authorize(ada, `leaderboards.person.${ada.id}`)).toMatchObject({ mode: 'TOPIC_MODE_LOGGED' });
  for (const refused of [
    topic,
    `leaderboards.person.${ada.id}`,
    'leaderboards.board.none',
    `leaderboards.history.${leaderboardId}`,
  ])
    expect(await refusalOf(authorize(grace, refused))).toMatchObject({ code: 'NOT_FOUND' });
});
