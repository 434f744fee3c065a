import { afterAll, beforeAll, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { join, openGym, planClass } from './gym-world.ts';
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
  const { mode, toSeq } = await liveAs(client.token).authorize({ topic });
  expect([mode, toSeq]).toEqual(['TOPIC_MODE_LOGGED', undefined]);
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

it('appointments and bookings are named as the fields of their events', async () => {
  const clientRelationshipId = await world.relate(trainer, client);
  const startsAt = Date.now() + 86_400_000;
  const { appointment } = await world.as(trainer).scheduleAppointment({
    clientRelationshipId,
    title: 'Squats',
    startsAt: timestampOf(startsAt),
    endsAt: timestampOf(startsAt + 3_600_000),
    idempotencyKey: 'squats',
  });
  const gym = await openGym(world);
  const { sessionId: classSession } = await planClass(gym);
  const [member] = (await join(world, gym, 'Mia')) as [Person];
  const { classBooking } = await world
    .gymsAs(member)
    .bookClassSession({ classSessionId: classSession, idempotencyKey: 'place' });
  const newestOf = async ({ id }: Person) => {
    const live = liveAs(await world.network.serviceToken());
    const { events } = await live.read({ topic: `training.person.${id}`, limit: 100 });
    return events.at(-1)?.subjects;
  };
  expect(await newestOf(client)).toEqual({
    appointment: appointment?.id,
    clientRelationship: clientRelationshipId,
    actor: trainer.id,
  });
  expect(await newestOf(member)).toEqual({ classBooking: classBooking?.id, classSession, user: member.id });
});

function tomorrow(): string {
  return new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 16);
}
