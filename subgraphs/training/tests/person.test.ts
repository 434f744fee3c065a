import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { timestampOf } from '#platform/service/timestamps.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import type { Person } from '#tests/people.ts';
import training from '../index.ts';
import { createStore, type Store } from '../store/store.ts';
import { join, openGym, planClass } from './gym-world.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let store: Store;
let close: () => Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  const db = openDomainDatabase(world.network.database, 'training', training.createPrisma);
  store = createStore({ db, now: Date.now, newId: uuidv7 });
  close = () => db.close();
});

afterAll(async () => {
  await close?.();
  await world?.close();
});

/** A trainer with a client, who has an appointment, and the only place of a session that somebody waits for. */
async function settle() {
  const [trainer, gym] = await Promise.all([world.signUp('Tara', 'TRAINER'), openGym(world)]);
  const [client, waiting] = (await join(world, gym, 'Cleo', 'Will')) as [Person, Person];
  const clientRelationshipId = await world.relate(trainer, client, ['PERMISSION_DIET']);
  const from = Date.now() + 86_400_000;
  await world.as(trainer).scheduleAppointment({
    clientRelationshipId,
    title: 'Squats',
    place: '',
    startsAt: timestampOf(from),
    endsAt: timestampOf(from + 3_600_000),
    idempotencyKey: 'squats',
  });
  const { sessionId } = await planClass(gym, { capacity: 1 });
  for (const person of [client, waiting])
    await world.gymsAs(person).bookClassSession({ classSessionId: sessionId, idempotencyKey: 'place' });
  return { trainer, client, waiting, clientRelationshipId, sessionId };
}

it('exports all that concerns a person', async () => {
  const { trainer, client } = await settle();
  const exported = await store.person.export(client.id);
  expect(exported).toMatchObject({
    trainerProfile: null,
    clientRelationships: [{ trainerId: trainer.id, permissions: ['DIET'], changes: [{}, {}] }],
    appointments: [{ title: 'Squats' }],
    gymRoles: [],
    gymMemberships: [{ endedAt: null }],
    classBookings: [{ state: 'BOOKED' }],
  });
  expect(JSON.parse(JSON.stringify(exported))).toEqual(exported);
});

it('erases a person: grants end, places go to those who wait, and nothing changes twice', async () => {
  const { client, waiting, clientRelationshipId, sessionId, trainer } = await settle();
  await store.person.erase(client.id);
  expect(await world.logOf(`training.person.${client.id}`)).toEqual([
    'membership-changed',
    ...['relationship-changed', 'relationship-changed', 'grants-changed'],
    ...['appointment-changed', 'booking-changed'],
    ...['appointment-changed', 'relationship-changed', 'grants-changed', 'booking-changed'],
    'membership-changed',
  ]);
  expect(
    (await world.as(trainer).batchGetClientRelationships({ ids: [clientRelationshipId] }))
      .clientRelationships,
  ).toEqual([]);
  const { classBookings } = await world
    .gymsAs(waiting)
    .batchGetOwnClassBookings({ classSessionIds: [sessionId] });
  expect(classBookings[0]?.state).toBe('CLASS_BOOKING_STATE_BOOKED');
  const events = (await world.logOf(`training.person.${client.id}`)).length;
  await store.person.erase(client.id);
  expect(await world.logOf(`training.person.${client.id}`)).toHaveLength(events);
  expect(await store.person.export(client.id)).toEqual({
    trainerProfile: null,
    clientRelationships: [],
    appointments: [],
    gymRoles: [],
    gymMemberships: [],
    classBookings: [],
  });
});
