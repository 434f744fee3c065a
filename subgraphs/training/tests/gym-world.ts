import { v7 as uuidv7 } from 'uuid';
import type { GymsServiceDefinition } from '#gen/proto/fitme/training/v1/GymsService.ts';
import type { DoorClient } from '#tests/domain-network.ts';
import type { Person } from '#tests/people.ts';
import type { DoorName, World } from './world.ts';

export const GYM = {
  name: 'Iron Yard',
  description: 'Barbells and coffee.',
  websiteUrl: 'https://ironyard.example/',
  joining: 'GYM_JOINING_OPEN' as const,
};

export const LOCATION = {
  name: 'Main hall',
  streetAddress: 'Langstrasse 1',
  postalCode: '8004',
  city: 'Zürich',
  country: 'CH',
  timeZone: 'Europe/Zurich',
  openingHours: [{ weekday: 'WEEKDAY_MONDAY' as const, opensAt: '06:30', closesAt: '22:00' }],
  specialDays: [{ day: '2026-12-25' }],
};

export const CLASS = {
  title: 'Kettlebells',
  description: 'Bring a towel.',
  capacity: 2,
  startsAtLocal: '2026-01-05T18:00',
  durationMinutes: 60,
  recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO,TH',
  excludedDays: [] as string[],
  cancellationNoticeMinutes: 60,
};

/** A gym with a location, and whoever owns it. */
export interface TestGym {
  owner: Person;
  readonly asOwner: DoorClient<GymsServiceDefinition>;
  gymId: string;
  gymLocationId: string;
}

/** Opens a gym of a new owner. */
export async function openGym(world: World, door?: DoorName, change: object = {}): Promise<TestGym> {
  const owner = await world.signUp('Olga', 'GYM_ADMIN');
  const asOwner = world.gymsAs(owner, door);
  const { gym } = await asOwner.createGym({ ...GYM, ...change, idempotencyKey: 'gym' });
  const gymId = gym?.id ?? '';
  const { gymLocation } = await asOwner.addGymLocation({ gymId, ...LOCATION, idempotencyKey: 'location' });
  return {
    owner,
    // A client is one request, with a deadline of its own.
    get asOwner() {
      return world.gymsAs(owner, door);
    },
    gymId,
    gymLocationId: gymLocation?.id ?? '',
  };
}

/** Puts a class on a gym's schedule; answers with it and its next session. */
export async function planClass({ asOwner, gymLocationId }: TestGym, change: object = {}) {
  const request = { gymLocationId, ...CLASS, ...change, idempotencyKey: uuidv7() };
  const { gymClass } = await asOwner.createGymClass(request);
  const gymClassId = gymClass?.id ?? '';
  // Today's may begin too soon to give a place back.
  const from = { seconds: String(Math.floor(Date.now() / 1_000) + 24 * 3_600) };
  const { pages } = await asOwner.batchListClassSessionsOfClasses({
    gymClassIds: [gymClassId],
    from,
    page: { first: 1 },
  });
  return { gymClassId, sessionId: pages[0]?.edges[0]?.classSession?.id ?? '' };
}

/** Makes new people members of a gym. */
export async function join(world: World, { gymId }: TestGym, ...names: string[]): Promise<Person[]> {
  const people = await Promise.all(names.map((name) => world.signUp(name)));
  await Promise.all(people.map((person) => world.gymsAs(person).joinGym({ gymId, idempotencyKey: 'join' })));
  return people;
}
