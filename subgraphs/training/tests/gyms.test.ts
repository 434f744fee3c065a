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
  const { asOwner, gymId, gymLocationId } = await openGym(world, door);
  // Both doors list gyms at the same time; masked, the name is the same.
  const name = `Yard ${uuidv7()}`;
  const coach = await world.signUp('Coach');
  const asCoach = world.gymsAs(coach, door);
  const answers: unknown[] = [
    await asOwner.updateGym({ gymId, ...GYM, name, expectedVersion: 1 }),
    await asOwner.updateGymLocation({ gymLocationId, ...LOCATION, city: 'Bern', expectedVersion: 1 }),
    await asOwner.setGymStaffMember({ gymId, userId: coach.id, role: 'GYM_STAFF_ROLE_INSTRUCTOR' }),
    await asCoach.batchGetGyms({ ids: [gymId, uuidv7()] }),
    await asCoach.batchListGymLocations({ gymIds: [gymId] }),
    await asCoach.batchGetGymLocations({ ids: [gymLocationId] }),
    await asCoach.batchListGymStaff({ gymIds: [gymId, uuidv7()], page: { first: 1 } }),
    await asOwner.listGyms({ namePrefix: name.toUpperCase(), page: { first: 1 } }),
  ];
  const member = await world.signUp('Mia');
  const { gymMembership } = await asOwner.addGymMember({
    gymId,
    userId: member.id,
    lastDay: later(30),
    idempotencyKey: 'mia',
  });
  answers.push(
    await asCoach.batchListGymMemberships({ gymIds: [gymId, uuidv7()] }),
    await asCoach.batchGetGymMemberships({ ids: [gymMembership?.id ?? '', uuidv7()] }),
    await world.gymsAs(member, door).batchGetOwnGymMemberships({ gymIds: [gymId] }),
    (await world.asService(door)).gyms
      .listActiveGymMemberships({ limit: 1_000 })
      .then(({ gymMemberships }) => gymMemberships.filter((each) => each.gymId === gymId)),
  );
  const planned = { gymLocationId, ...CLASS, instructorId: coach.id, idempotencyKey: 'class' };
  const { gymClass } = await asCoach.createGymClass(planned);
  const gymClassId = gymClass?.id ?? '';
  const { pages } = await asCoach.batchListClassSessionsOfGyms({ gymIds: [gymId], page: { first: 2 } });
  const edges = pages.flatMap((page) => page.edges);
  answers.push(
    gymClass,
    edges.map(({ classSession }) => classSession),
    await asCoach.batchGetGymClasses({ ids: [gymClassId] }),
    await asCoach.batchListGymClasses({ gymIds: [gymId, uuidv7()] }),
    await asCoach.cancelClassSession({ classSessionId: edges[0]?.classSession?.id ?? '' }),
    await asCoach.updateGymClass({ gymClassId, ...CLASS, capacity: 9, expectedVersion: 1 }),
    await asCoach.endGymClass({ gymClassId }),
    await asOwner.removeGymStaffMember({ gymId, userId: coach.id }),
    await asOwner.endGymMembership({ gymMembershipId: gymMembership?.id ?? '' }),
  );
  return Promise.all(answers);
}

it('takes days of the calendar in the graph, and gives them as they were sent', async () => {
  const { owner, gymId, gymLocationId } = await openGym(world);
  const member = await world.signUp('Mia');
  const lastDay = later(30);
  const written = await world.network.graphql(
    'training',
    `mutation ($gymId: ID!, $gymLocationId: ID!, $member: ID!, $lastDay: Date) {
      updateGymLocation(input: { gymLocationId: $gymLocationId, name: "Hall", streetAddress: "Langstrasse 1", city: "Zürich",
        country: "CH", timeZone: "Europe/Zurich", specialDays: [{ day: "2026-12-25" }], expectedVersion: 1 })
        { gymLocation { specialDays { day opensAt } } }
      addGymMember(input: { gymId: $gymId, userId: $member, lastDay: $lastDay, idempotencyKey: "mia" })
        { gymMembership { lastDay } }
      forever: addGymMember(input: { gymId: $gymId, userId: "${stranger.id}", idempotencyKey: "stan" })
        { gymMembership { lastDay } }
      createGymClass(input: { gymLocationId: $gymLocationId, title: "Kettlebells", capacity: 2, startsAtLocal: "2026-01-05T18:00",
        durationMinutes: 60, recurrenceRule: "FREQ=WEEKLY", excludedDays: ["2026-12-28"], idempotencyKey: "class" })
        { gymClass { excludedDays } }
    }`,
    { variables: { gymId, gymLocationId, member: member.id, lastDay }, token: owner.token },
  );
  expect(written).toEqual({
    data: {
      updateGymLocation: { gymLocation: { specialDays: [{ day: '2026-12-25', opensAt: null }] } },
      addGymMember: { gymMembership: { lastDay } },
      forever: { gymMembership: { lastDay: null } },
      createGymClass: { gymClass: { excludedDays: ['2026-12-28'] } },
    },
  });
});

it('lives through its beginning, staff, members and classes, the same through both doors', async () => {
  const [grpc = [], graphql = []] = await Promise.all(doorNames.map(liveThrough));
  expect(masked(graphql)).toEqual(masked(grpc));
  expect(grpc).toMatchObject([
    { gym: { name: expect.stringMatching(/^Yard /), version: 2, ownRole: 'GYM_STAFF_ROLE_OWNER' } },
    { gymLocation: { city: 'Bern', openingHours: LOCATION.openingHours, version: 2 } },
    { gymStaffMember: { role: 'GYM_STAFF_ROLE_INSTRUCTOR' } },
    { gyms: [{ ownRole: 'GYM_STAFF_ROLE_INSTRUCTOR' }] },
    { gymLocations: [{ specialDays: LOCATION.specialDays }] },
    { gymLocations: [{ timeZone: 'Europe/Zurich' }] },
    {
      pages: [
        { edges: [{ gymStaffMember: { role: 'GYM_STAFF_ROLE_OWNER' } }], pageInfo: { hasNextPage: true } },
      ],
    },
    { edges: [{ gym: { ownRole: 'GYM_STAFF_ROLE_OWNER' } }] },
    {
      pages: [{ edges: [{ gymMembership: { state: 'GYM_MEMBERSHIP_STATE_ACTIVE', lastDay: later(30) } }] }],
    },
    { gymMemberships: [{ lastDay: later(30) }] },
    { gymMemberships: [{}] },
    [{}],
    { title: 'Kettlebells', version: 1 },
    [{ state: 'CLASS_SESSION_STATE_SCHEDULED', capacity: 2, bookedCount: 0 }, {}],
    { gymClasses: [{ recurrenceRule: CLASS.recurrenceRule }] },
    { pages: [{ edges: [{}] }] },
    { classSession: { state: 'CLASS_SESSION_STATE_CANCELLED' } },
    { gymClass: { capacity: 9, version: 2, instructorId: expect.stringMatching(/./) } },
    { gymClass: { endedAt: { nanos: expect.any(Number) }, version: 3 } },
    {},
    { gymMembership: { state: 'GYM_MEMBERSHIP_STATE_ENDED' } },
  ]);
});

describe.each(doorNames)('through the %s door', (door) => {
  it('whoever is not in the staff changes nothing, and whoever has no gym role makes none', async () => {
    const gym = await openGym(world, door);
    const { gymId, gymLocationId } = gym;
    const { gymClassId, sessionId } = await planClass(gym);
    const asStranger = world.gymsAs(stranger, door);
    const refused = [
      () => asStranger.createGym({ ...GYM, idempotencyKey: 'k' }),
      () => asStranger.updateGym({ gymId, ...GYM, expectedVersion: 1 }),
      () => asStranger.addGymLocation({ gymId, ...LOCATION, idempotencyKey: 'k' }),
      () => asStranger.updateGymLocation({ gymLocationId, ...LOCATION, expectedVersion: 1 }),
      () => asStranger.setGymStaffMember({ gymId, userId: stranger.id, role: 'GYM_STAFF_ROLE_OWNER' }),
      () => asStranger.addGymMember({ gymId, userId: stranger.id, idempotencyKey: 'k' }),
      () => asStranger.createGymClass({ gymLocationId, ...CLASS, idempotencyKey: 'k' }),
      () => asStranger.updateGymClass({ gymClassId, ...CLASS, expectedVersion: 1 }),
      () => asStranger.endGymClass({ gymClassId }),
      () => asStranger.cancelClassSession({ classSessionId: sessionId }),
      () => asStranger.listActiveGymMemberships({ limit: 1 }),
    ];
    for (const call of refused) expect(await refusalOf(call())).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await asStranger.batchListGymMemberships({ gymIds: [gymId] })).toEqual({ pages: [] });
    expect(await asStranger.batchListClassBookings({ classSessionIds: [sessionId] })).toEqual({ pages: [] });
  });

  it('the last owner stays, and managers leave owners alone', async () => {
    const { owner, asOwner, gymId } = await openGym(world, door);
    const manager = await world.signUp('Max');
    await asOwner.setGymStaffMember({ gymId, userId: manager.id, role: 'GYM_STAFF_ROLE_MANAGER' });
    const asManager = world.gymsAs(manager, door);
    expect(await refusalOf(asOwner.removeGymStaffMember({ gymId, userId: owner.id }))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('last owner'),
    });
    const promote = () =>
      asManager.setGymStaffMember({ gymId, userId: manager.id, role: 'GYM_STAFF_ROLE_OWNER' });
    expect(await refusalOf(promote())).toMatchObject({ code: 'PERMISSION_DENIED' });
    const fire = () => asManager.removeGymStaffMember({ gymId, userId: owner.id });
    expect(await refusalOf(fire())).toMatchObject({ code: 'PERMISSION_DENIED' });
    await asManager.removeGymStaffMember({ gymId, userId: manager.id });
    const { pages } = await asOwner.batchListGymStaff({ gymIds: [gymId] });
    expect(pages[0]?.edges).toHaveLength(1);
  });

  it('a gym that staff makes members of is joined by nobody else, and memberships are not told on', async () => {
    const { asOwner, gymId } = await openGym(world, door, { joining: 'GYM_JOINING_BY_STAFF' });
    const joining = () => world.gymsAs(stranger, door).joinGym({ gymId, idempotencyKey: uuidv7() });
    expect(await refusalOf(joining())).toMatchObject({ code: 'FAILED_PRECONDITION' });
    const mia = await world.signUp('Mia');
    const { gymMembership } = await asOwner.addGymMember({
      gymId,
      userId: mia.id,
      idempotencyKey: 'k',
    });
    const end = () =>
      world.gymsAs(stranger, door).endGymMembership({ gymMembershipId: gymMembership?.id ?? '' });
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
    ['a special day that there is not', { specialDays: [{ day: '2026-02-30' }] }, 'specialDays.0.day'],
  ])('a location with %s is refused with the field', async (_what, change, path) => {
    const gymId = uuidv7();
    const request = { gymId, ...LOCATION, ...change, idempotencyKey: 'k' };
    const refusal = await refusalOf(world.gymsAs(stranger, door).addGymLocation(request));
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
    const add = asOwner.addGymMember({
      gymId,
      userId: stranger.id,
      lastDay: later(-1),
      idempotencyKey: 'k',
    });
    expect(await refusalOf(add)).toMatchObject({ fields: [{ path: 'lastDay' }] });
    const list = asOwner.batchListClassSessionsOfGyms({
      gymIds: [gymId],
      from: { seconds: '2000' },
      to: { seconds: '1000' },
    });
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
          gym(id: $gymId) {
            name ownRole ownMembership { id } locations { city openingHours { weekday } }
            classSessions(first: $first) {
              nodes {
                startsAt ownBooking { state waitingPosition }
                gymClass { title } gymLocation { name timeZone gym { name } }
              }
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
