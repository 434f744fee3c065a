import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { join, openGym, planClass, type TestGym } from './gym-world.ts';
import { type DoorName, doorNames, startWorld, type World } from './world.ts';

let world: World;
let gym: TestGym;
let stranger: Person;
/** Ten members of the gym. */
let members: Person[];

beforeAll(async () => {
  world = await startWorld();
  [gym, stranger] = await Promise.all([openGym(world), world.signUp('Stan')]);
  members = await join(world, gym, ...Array.from({ length: 10 }, (_, nth) => `Member${nth}`));
});

afterAll(() => world?.close());

const book = (person: Person, classSessionId: string, door?: DoorName, idempotencyKey: string = uuidv7()) =>
  world.gymsAs(person, door).bookClassSession({ classSessionId, idempotencyKey });

async function sessionOf(id: string) {
  const { classSessions } = await gym.asOwner.batchGetClassSessions({ ids: [id] });
  return classSessions[0];
}

async function bookingsOf(sessionId: string, asOwner = gym.asOwner) {
  const { pages } = await asOwner.batchListClassBookings({ classSessionIds: [sessionId] });
  return pages.flatMap(({ edges }) => edges);
}

/** Everybody's booking of a session by their names, in the order in which they were made. */
async function placesOf(sessionId: string, people: Record<string, Person>) {
  const edges = await bookingsOf(sessionId);
  return edges.map(({ classBooking }) => {
    const [name] = Object.entries(people).find(([, { id }]) => id === classBooking?.userId) ?? ['?'];
    const { state = '', waitingPosition = '' } = classBooking ?? {};
    return `${name} ${state.replace('CLASS_BOOKING_STATE_', '')} ${waitingPosition}`.trimEnd();
  });
}

/** Moves a session in time, as the clock would. */
async function moveSession(id: string, startsIn: string): Promise<void> {
  await world.sql(
    `UPDATE class_sessions SET starts_at = now() + $2::interval, ends_at = now() + $2::interval + interval '1 hour'
     WHERE id = $1`,
    [id, startsIn],
  );
}

describe.each(doorNames)('through the %s door', (door) => {
  it('of ten who want the last place at once, exactly one gets it', async () => {
    const { sessionId } = await planClass(gym, { capacity: 1 });
    const answers = await Promise.all(members.map((person) => book(person, sessionId, door)));
    const states = answers.map(({ classBooking }) => classBooking?.state);
    expect(states.filter((state) => state === 'CLASS_BOOKING_STATE_BOOKED')).toHaveLength(1);
    expect(states.filter((state) => state === 'CLASS_BOOKING_STATE_WAITING')).toHaveLength(9);
    expect(await sessionOf(sessionId)).toMatchObject({ capacity: 1, bookedCount: 1, waitingCount: 9 });
    const edges = await bookingsOf(sessionId, world.gymsAs(gym.owner, door));
    expect(edges.map(({ classBooking }) => classBooking?.waitingPosition)).toEqual([
      undefined,
      ...Array.from({ length: 9 }, (_, nth) => nth + 1),
    ]);
  });

  it('a place that is given back goes to whoever has waited longest, and once', async () => {
    const { sessionId } = await planClass(gym, { capacity: 2 });
    const [ada, ben, cem, dot] = members.slice(0, 4) as [Person, Person, Person, Person];
    const people = { ada, ben, cem, dot };
    const bookings = [];
    for (const person of Object.values(people)) bookings.push(await book(person, sessionId, door));
    expect(await placesOf(sessionId, people)).toEqual([
      'ada BOOKED',
      'ben BOOKED',
      'cem WAITING 1',
      'dot WAITING 2',
    ]);
    const classBookingId = bookings[0]?.classBooking?.id ?? '';
    const given = await world.gymsAs(ada, door).cancelClassBooking({ classBookingId });
    expect(given.classBooking).toMatchObject({ state: 'CLASS_BOOKING_STATE_CANCELLED' });
    await world.gymsAs(ada, door).cancelClassBooking({ classBookingId });
    expect(await placesOf(sessionId, people)).toEqual(['ben BOOKED', 'cem BOOKED', 'dot WAITING 1']);
    expect(await sessionOf(sessionId)).toMatchObject({ bookedCount: 2, waitingCount: 1 });
    expect((await world.logOf(`training.person.${cem.id}`)).slice(-2)).toEqual([
      'booking-changed',
      'booking-changed',
    ]);
    // ClassBooking again is at the end of the list.
    await book(ada, sessionId, door);
    expect((await placesOf(sessionId, people)).at(-1)).toBe('ada WAITING 2');
  });

  it('many who give back and book at the same time leave the counts as the bookings are', async () => {
    const { sessionId } = await planClass(gym, { capacity: 3 });
    await Promise.all(
      members.map(async (person, nth) => {
        const { classBooking } = await book(person, sessionId, door);
        if (nth % 2 === 0)
          await world.gymsAs(person, door).cancelClassBooking({ classBookingId: classBooking?.id ?? '' });
      }),
    );
    const edges = await bookingsOf(sessionId);
    const held = edges.filter(({ classBooking }) => classBooking?.state === 'CLASS_BOOKING_STATE_BOOKED');
    expect(edges).toHaveLength(5);
    expect(held).toHaveLength(3);
    expect(await sessionOf(sessionId)).toMatchObject({ bookedCount: 3, waitingCount: 2 });
  });

  it('is one a person and session, and one a key', async () => {
    const { sessionId } = await planClass(gym);
    const [ada] = (await join(world, gym, 'Ada')) as [Person];
    const first = await book(ada, sessionId, door, 'key');
    expect(await book(ada, sessionId, door, 'key')).toEqual(first);
    expect((await book(ada, sessionId, door)).classBooking?.id).toBe(first.classBooking?.id);
    const { edges } = await world.gymsAs(ada, door).listOwnClassBookings({});
    expect(edges.map(({ classBooking }) => classBooking?.id)).toEqual([first.classBooking?.id]);
  });

  it('what lies in the past, was cancelled, or is of a gym of others is refused with the field', async () => {
    const [past, cancelled, open] = await Promise.all([planClass(gym), planClass(gym), planClass(gym)]);
    const [ada] = members as [Person, ...Person[]];
    await moveSession(past.sessionId, '-1 minute');
    await gym.asOwner.cancelClassSession({ classSessionId: cancelled.sessionId });
    const field = { fields: [{ path: 'classSessionId' }] };
    expect(await refusalOf(book(ada, past.sessionId, door))).toMatchObject({
      ...field,
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('begun'),
    });
    expect(await refusalOf(book(ada, cancelled.sessionId, door))).toMatchObject({
      ...field,
      message: expect.stringContaining('cancelled'),
    });
    expect(await refusalOf(book(stranger, open.sessionId, door))).toMatchObject({
      ...field,
      code: 'PERMISSION_DENIED',
    });
    expect(await refusalOf(book(ada, uuidv7(), door))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('staff check people in, in time; nobody else sees a booking', async () => {
    const { sessionId } = await planClass(gym);
    const [ada] = members as [Person, ...Person[]];
    const classBookingId = (await book(ada, sessionId, door)).classBooking?.id ?? '';
    const asOwner = world.gymsAs(gym.owner, door);
    await moveSession(sessionId, '2 hours');
    expect(await refusalOf(asOwner.checkInClassBooking({ classBookingId }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('60 minutes'),
    });
    await moveSession(sessionId, '30 minutes');
    expect(await refusalOf(world.gymsAs(ada, door).checkInClassBooking({ classBookingId }))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    expect(
      await refusalOf(world.gymsAs(stranger, door).checkInClassBooking({ classBookingId })),
    ).toMatchObject({
      code: 'NOT_FOUND',
    });
    const { classBooking } = await asOwner.checkInClassBooking({ classBookingId });
    expect(classBooking).toMatchObject({
      state: 'CLASS_BOOKING_STATE_CHECKED_IN',
      checkedInAt: expect.anything(),
    });
    expect(await asOwner.checkInClassBooking({ classBookingId })).toEqual({ classBooking });
    expect(await refusalOf(world.gymsAs(ada, door).cancelClassBooking({ classBookingId }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
  });

  it('a place is given back in time, later by staff alone', async () => {
    const { sessionId } = await planClass(gym);
    const [ada] = members as [Person, ...Person[]];
    const classBookingId = (await book(ada, sessionId, door)).classBooking?.id ?? '';
    await moveSession(sessionId, '59 minutes');
    expect(await refusalOf(world.gymsAs(ada, door).cancelClassBooking({ classBookingId }))).toMatchObject({
      message: expect.stringContaining('60 minutes before'),
    });
    const { classBooking } = await world.gymsAs(gym.owner, door).cancelClassBooking({ classBookingId });
    expect(classBooking?.state).toBe('CLASS_BOOKING_STATE_CANCELLED');
  });
});

it('whoever leaves the gym gives back what they have booked there', async () => {
  const { sessionId } = await planClass(gym, { capacity: 1 });
  const [ada, ben] = (await join(world, gym, 'Ada', 'Ben')) as [Person, Person];
  await book(ada, sessionId);
  await book(ben, sessionId);
  const { edges } = await world.gymsAs(ada).listOwnGymMemberships({});
  const gymMembershipId = edges[0]?.gymMembership?.id ?? '';
  const { gymMembership } = await world.gymsAs(ada).endGymMembership({ gymMembershipId });
  expect(gymMembership).toMatchObject({ state: 'GYM_MEMBERSHIP_STATE_ENDED' });
  expect(await placesOf(sessionId, { ada, ben })).toEqual(['ben BOOKED']);
  expect(await world.logOf(`training.person.${ada.id}`)).toEqual([
    'membership-changed',
    'booking-changed',
    'membership-changed',
    'booking-changed',
  ]);
});
