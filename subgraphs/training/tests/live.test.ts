import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { openGym, planClass } from './gym-world.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let trainer: Person;
let client: Person;

beforeAll(async () => {
  world = await startWorld();
  [trainer, client] = await Promise.all([world.signUp('Tara', 'TRAINER'), world.signUp('Cleo')]);
});

afterAll(() => world?.close());

function liveAs(token: string) {
  const [door] = world.network.doors;
  if (door === undefined) throw new Error('No door.');
  return door.client(liveSourceService, token);
}

it("a person's topic is theirs alone, and names what it tells of", async () => {
  const clientRelationshipId = await world.relate(trainer, client, ['PERMISSION_DIET']);
  const topic = `training.person.${client.id}`;
  expect(await liveAs(client.token).authorize({ topic })).toMatchObject({
    mode: 'TOPIC_MODE_LOGGED',
    toSeq: '0',
  });
  expect(await refusalOf(liveAs(trainer.token).authorize({ topic }))).toMatchObject({ code: 'NOT_FOUND' });
  const { events } = await liveAs(await world.network.serviceToken()).read({ topic, limit: 10 });
  expect(events.map(({ kind, subjects }) => [kind, subjects])).toEqual([
    [
      'training.relationship-changed',
      { clientRelationship: clientRelationshipId, trainer: trainer.id, client: client.id, actor: trainer.id },
    ],
    [
      'training.relationship-changed',
      { clientRelationship: clientRelationshipId, trainer: trainer.id, client: client.id, actor: client.id },
    ],
    ['training.grants-changed', { trainer: trainer.id, client: client.id }],
  ]);
});

it("a gym's topic is for all who are signed in, and names the session", async () => {
  const gym = await openGym(world);
  const { sessionId } = await planClass(gym, { recurrenceRule: undefined, startsAtLocal: tomorrow() });
  const topic = `training.gym.${gym.gymId}`;
  expect(await liveAs(client.token).authorize({ topic })).toMatchObject({ headSeq: '1' });
  const { events } = await liveAs(await world.network.serviceToken()).read({ topic, limit: 10 });
  expect(events.map(({ subjects }) => subjects)).toEqual([{ classSession: sessionId, gym: gym.gymId }]);
});

function tomorrow(): string {
  return new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 16);
}
