import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { masked } from '#tests/domain-network.ts';
import type { Person } from '#tests/people.ts';
import { refusalOf } from '#tests/refusal.ts';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { CLASS, GYM, LOCATION, openGym, planClass } from './gym-world.ts';
import { type DoorName, doorNames, startWorld, type World } from './world.ts';

let world: World;
let statements: StatementCount;
let stranger: Person;

beforeAll(async () => {
  world = await startWorld();
  statements = await openStatementCount(world.network.database.adminUrl);
  stranger = await world.signUp('Stan');
});

afterAll(async () => {
  await statements?.close();
  await world?.close();
});

const later = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** A gym's life, each method that bookings do not need at least once: what was answered. */
async function liveThrough(door: DoorName): Promise<unknown[]> {
  const { asOwner, gymId, locationId } = await openGym(world, door);
  // Both doors list gyms at the same time; masked, the name is the same.
  const name = `Yard ${uuidv7()}`;
  const coach = await world.signUp('Coach');
  const asCoach = world.gymsAs(coach, door);
  const answers: unknown[] = [
    await asOwner.updateGym({ gymId, ...GYM, name, expectedVersion: 1 }),
    await asOwner.updateLocation({ locationId, ...LOCATION, city: 'Bern', expectedVersion: 1 }),
    await asOwner.setStaff({ gymId, userId: coach.id, role: 'STAFF_ROLE_INSTRUCTOR' }),
    await asCoach.batchGetGyms({ ids: [gymId, uuidv7()] }),
    await asCoach.batchListLocations({ gymIds: [gymId] }),
    await asCoach.batchGetLocations({ ids: [locationId] }),
    await asCoach.listStaff({ gymId, page: { first: 1 } }),
    await asOwner.listGyms({ namePrefix: name.toUpperCase(), page: { first: 1 } }),
  ];
  const member = await world.signUp('Mia');
  const { membership } = await asOwner.addMember({
    gymId,
    userId: member.id,
    lastDay: later(30),
    idempotencyKey: 'mia',
  });
  answers.push(
    await asCoach.listMembers({ gymId }),
    await world.gymsAs(member, door).batchGetOwnMemberships({ gymIds: [gymId] }),
    (await world.asService(door)).gyms
      .listActiveMemberships({ limit: 1_000 })
      .then(({ memberships }) => memberships.filter((each) => each.gymId === gymId)),
  );
  const planned = { locationId, ...CLASS, instructorId: coach.id, idempotencyKey: 'class' };
  const { gymClass } = await asCoach.createClass(planned);
  const classId = gymClass?.id ?? '';
  const { edges } = await asCoach.listClassSessions({ gymId, page: { first: 2 } });
  answers.push(
    gymClass,
    edges.map(({ classSession }) => classSession),
    await asCoach.batchGetClasses({ ids: [classId] }),
    await asCoach.listClasses({ gymId }),
    await asCoach.cancelClassSession({ classSessionId: edges[0]?.classSession?.id ?? '' }),
    await asCoach.updateClass({ classId, ...CLASS, capacity: 9, expectedVersion: 1 }),
    await asCoach.endClass({ classId }),
    await asOwner.removeStaff({ gymId, userId: coach.id }),
    await asOwner.endMembership({ membershipId: membership?.id ?? '' }),
  );
  return Promise.all(answers);
}

it('takes days of the calendar in the graph, and gives them as they were sent', async () => {
  const { owner, gymId, locationId } = await openGym(world);
  const member = await world.signUp('Mia');
  const lastDay = later(30);
  const written = await world.network.graphql(
    'training',
    `mutation ($gymId: ID!, $locationId: ID!, $member: ID!, $lastDay: Date) {
      updateLocation(input: { locationId: $locationId, name: "Hall", streetAddress: "Langstrasse 1", city: "Zürich",
        country: "CH", timeZone: "Europe/Zurich", specialDays: [{ day: "2026-12-25" }], expectedVersion: 1 })
        { location { specialDays { day opensAt } } }
      addMember(input: { gymId: $gymId, userId: $member, lastDay: $lastDay, idempotencyKey: "mia" })
        { membership { lastDay } }
      forever: addMember(input: { gymId: $gymId, userId: "${stranger.id}", idempotencyKey: "stan" })
        { membership { lastDay } }
      createClass(input: { locationId: $locationId, title: "Kettlebells", capacity: 2, startsAtLocal: "2026-01-05T18:00",
        durationMinutes: 60, recurrenceRule: "FREQ=WEEKLY", excludedDays: ["2026-12-28"], idempotencyKey: "class" })
        { gymClass { excludedDays } }
    }`,
    { variables: { gymId, locationId, member: member.id, lastDay }, token: owner.token },
  );
  expect(written).toEqual({
    data: {
      updateLocation: { location: { specialDays: [{ day: '2026-12-25', opensAt: null }] } },
      addMember: { membership: { lastDay } },
      forever: { membership: { lastDay: null } },
      createClass: { gymClass: { excludedDays: ['2026-12-28'] } },
    },
  });
});

it('lives through its beginning, staff, members and classes, the same through both doors', async () => {
  const [grpc = [], graphql = []] = await Promise.all(doorNames.map(liveThrough));
  expect(masked(graphql)).toEqual(masked(grpc));
  expect(grpc).toMatchObject([
    { gym: { name: expect.stringMatching(/^Yard /), version: 2, ownRole: 'STAFF_ROLE_OWNER' } },
    { location: { city: 'Bern', openingHours: LOCATION.openingHours, version: 2 } },
    { staffMember: { role: 'STAFF_ROLE_INSTRUCTOR' } },
    { gyms: [{ ownRole: 'STAFF_ROLE_INSTRUCTOR' }] },
    { locations: [{ specialDays: LOCATION.specialDays }] },
    { locations: [{ timeZone: 'Europe/Zurich' }] },
    { edges: [{ staffMember: { role: 'STAFF_ROLE_OWNER' } }], pageInfo: { hasNextPage: true } },
    { edges: [{ gym: { ownRole: 'STAFF_ROLE_OWNER' } }] },
    { edges: [{ membership: { state: 'MEMBERSHIP_STATE_ACTIVE', lastDay: later(30) } }] },
    { memberships: [{}] },
    [{}],
    { title: 'Kettlebells', version: 1 },
    [{ state: 'CLASS_SESSION_STATE_SCHEDULED', capacity: 2, bookedCount: 0 }, {}],
    { classes: [{ recurrenceRule: CLASS.recurrenceRule }] },
    { edges: [{}] },
    { classSession: { state: 'CLASS_SESSION_STATE_CANCELLED' } },
    { gymClass: { capacity: 9, version: 2, instructorId: '' } },
    { gymClass: { endedAt: { nanos: expect.any(Number) }, version: 3 } },
    {},
    { membership: { state: 'MEMBERSHIP_STATE_ENDED' } },
  ]);
});

describe.each(doorNames)('through the %s door', (door) => {
  it('whoever is not in the staff changes nothing, and whoever has no gym role makes none', async () => {
    const gym = await openGym(world, door);
    const { gymId, locationId } = gym;
    const { classId, sessionId } = await planClass(gym);
    const asStranger = world.gymsAs(stranger, door);
    const refused = [
      () => asStranger.createGym({ ...GYM, idempotencyKey: 'k' }),
      () => asStranger.updateGym({ gymId, ...GYM, expectedVersion: 1 }),
      () => asStranger.addLocation({ gymId, ...LOCATION, idempotencyKey: 'k' }),
      () => asStranger.updateLocation({ locationId, ...LOCATION, expectedVersion: 1 }),
      () => asStranger.setStaff({ gymId, userId: stranger.id, role: 'STAFF_ROLE_OWNER' }),
      () => asStranger.addMember({ gymId, userId: stranger.id, lastDay: '', idempotencyKey: 'k' }),
      () => asStranger.listMembers({ gymId }),
      () => asStranger.createClass({ locationId, ...CLASS, idempotencyKey: 'k' }),
      () => asStranger.updateClass({ classId, ...CLASS, expectedVersion: 1 }),
      () => asStranger.endClass({ classId }),
      () => asStranger.cancelClassSession({ classSessionId: sessionId }),
      () => asStranger.listSessionBookings({ classSessionId: sessionId }),
      () => asStranger.listActiveMemberships({ limit: 1 }),
    ];
    for (const call of refused) expect(await refusalOf(call())).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('the last owner stays, and managers leave owners alone', async () => {
    const { owner, asOwner, gymId } = await openGym(world, door);
    const manager = await world.signUp('Max');
    await asOwner.setStaff({ gymId, userId: manager.id, role: 'STAFF_ROLE_MANAGER' });
    const asManager = world.gymsAs(manager, door);
    expect(await refusalOf(asOwner.removeStaff({ gymId, userId: owner.id }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('last owner'),
    });
    const promote = () => asManager.setStaff({ gymId, userId: manager.id, role: 'STAFF_ROLE_OWNER' });
    expect(await refusalOf(promote())).toMatchObject({ code: 'PERMISSION_DENIED' });
    const fire = () => asManager.removeStaff({ gymId, userId: owner.id });
    expect(await refusalOf(fire())).toMatchObject({ code: 'PERMISSION_DENIED' });
    await asManager.removeStaff({ gymId, userId: manager.id });
    expect((await asOwner.listStaff({ gymId })).edges).toHaveLength(1);
  });

  it('a gym that staff makes members of is joined by nobody else, and memberships are not told on', async () => {
    const { asOwner, gymId } = await openGym(world, door, { joining: 'GYM_JOINING_BY_STAFF' });
    const joining = () => world.gymsAs(stranger, door).joinGym({ gymId, idempotencyKey: uuidv7() });
    expect(await refusalOf(joining())).toMatchObject({ code: 'FAILED_PRECONDITION' });
    const mia = await world.signUp('Mia');
    const { membership } = await asOwner.addMember({
      gymId,
      userId: mia.id,
      lastDay: '',
      idempotencyKey: 'k',
    });
    const end = () => world.gymsAs(stranger, door).endMembership({ membershipId: membership?.id ?? '' });
    expect(await refusalOf(end())).toMatchObject({ code: 'NOT_FOUND' });
    expect(await world.logOf(`training.person.${mia.id}`)).toEqual(['membership-changed']);
  });

  it.each<[string, object, string]>([
    ['a time zone that there is not', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an offset for a time zone', { timeZone: '+01:00' }, 'timeZone'],
    ['a country by its name', { country: 'Switzerland' }, 'country'],
    [
      'hours that end before they begin',
      { openingHours: [{ weekday: 'WEEKDAY_MONDAY', opensAt: '10:00', closesAt: '09:00' }] },
      'openingHours.0.closesAt',
    ],
    [
      'hours that overlap',
      {
        openingHours: [
          { weekday: 'WEEKDAY_MONDAY', opensAt: '08:00', closesAt: '12:00' },
          { weekday: 'WEEKDAY_MONDAY', opensAt: '11:00', closesAt: '14:00' },
        ],
      },
      'openingHours.1.opensAt',
    ],
    [
      'a special day that there is not',
      { specialDays: [{ day: '2026-02-30', opensAt: '', closesAt: '' }] },
      'specialDays.0.day',
    ],
  ])('a location with %s is refused with the field', async (_what, change, path) => {
    const gymId = uuidv7();
    const request = { gymId, ...LOCATION, ...change, idempotencyKey: 'k' };
    const refusal = await refusalOf(world.gymsAs(stranger, door).addLocation(request));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });

  it.each<[string, object, string]>([
    ['no place', { capacity: 0 }, 'capacity'],
    ['less than no place', { capacity: -1 }, 'capacity'],
    ['no length', { durationMinutes: 0 }, 'durationMinutes'],
    ['a day that there is not', { startsAtLocal: '2026-02-30T18:00' }, 'startsAtLocal'],
    ['a rule that is none', { recurrenceRule: 'every monday' }, 'recurrenceRule'],
    ['an instructor who is not in the staff', { instructorId: uuidv7() }, 'instructorId'],
    ['an excluded day that is none', { excludedDays: ['christmas'] }, 'excludedDays.0'],
  ])('a class with %s is refused with the field', async (_what, change, path) => {
    const gym = await openGym(world, door);
    const refusal = await refusalOf(planClass(gym, change));
    expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path }] });
  });

  it('a member who is to be one until yesterday, and sessions that end before they begin, too', async () => {
    const { asOwner, gymId } = await openGym(world, door);
    const add = asOwner.addMember({
      gymId,
      userId: stranger.id,
      lastDay: later(-1),
      idempotencyKey: 'k',
    });
    expect(await refusalOf(add)).toMatchObject({ fields: [{ path: 'lastDay' }] });
    const list = asOwner.listClassSessions({ gymId, from: { seconds: '2000' }, to: { seconds: '1000' } });
    expect(await refusalOf(list)).toMatchObject({ fields: [{ path: 'to' }] });
  });
});

it('a schedule is read in a constant number of statements', async () => {
  const gym = await openGym(world);
  for (let nth = 0; nth < 3; nth += 1) await planClass(gym, { title: `Class ${nth}` });
  const cost = async (first: number) => {
    const ran = await statements.during(() =>
      world.ask(
        gym.owner,
        `query ($gymId: ID!, $first: Int!) {
          gym(id: $gymId) { name ownRole ownMembership { id } locations { city openingHours { weekday } } }
          classSessions(gymId: $gymId, first: $first) {
            nodes {
              startsAt ownBooking { state waitingPosition }
              gymClass { title } location { name timeZone gym { name } }
            }
          }
        }`,
        { gymId: gym.gymId, first },
      ),
    );
    return ran.reduce((sum, { calls }) => sum + calls, 0);
  };
  expect(await cost(40)).toBe(await cost(1));
  expect(await cost(40)).toBeLessThanOrEqual(8);
});
