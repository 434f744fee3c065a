import type { Permission__Output } from '#gen/proto/fitme/training/v1/Permission.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { type Members, memberOf } from './members.ts';
import { DEMO } from './people.ts';

const DAY_MS = 86_400_000;

/** Trainers, who trains whom and what they see, a gym with classes, and places in them. */
export async function train(members: Members): Promise<void> {
  await makeProfiles(members);
  const [withDemo] = await Promise.all([
    coach(members, 'lena', DEMO, ['PERMISSION_WORKOUTS', 'PERMISSION_MEASUREMENTS', 'PERMISSION_MESSAGES']),
    coach(members, 'lena', 'theo', ['PERMISSION_WORKOUTS', 'PERMISSION_DIET', 'PERMISSION_MESSAGES']),
    coach(members, 'lena', 'priya', ['PERMISSION_WORKOUTS']),
    coach(members, 'marco', 'sofia', ['PERMISSION_DIET', 'PERMISSION_MEASUREMENTS']),
    askTrainer(members, 'mira', 'lena'),
    invite(members, 'marco', DEMO),
  ]);
  await meet(members, withDemo);
  await openGym(members);
}

async function makeProfiles(members: Members): Promise<void> {
  const common = { acceptsClients: true };
  const profiles = {
    lena: {
      ...common,
      headline: 'Technique first, plates second.',
      about: 'Twelve years of barbells, and of people who thought they were not made for them.',
      qualifications: [{ title: 'Strength and conditioning coach', issuer: 'NSCA', year: 2015 }],
      specialities: ['TRAINER_SPECIALITY_STRENGTH' as const, 'TRAINER_SPECIALITY_MOBILITY' as const],
      rates: [{ price: { amountMinor: 9_500, currency: 'EUR' }, unit: 'TRAINER_RATE_UNIT_HOUR' as const }],
    },
    marco: {
      ...common,
      headline: 'Carbs are not the enemy.',
      about: 'Eating that survives a working week.',
      qualifications: [{ title: 'Sports nutritionist', issuer: 'ISSN', year: 2018 }],
      specialities: ['TRAINER_SPECIALITY_NUTRITION' as const, 'TRAINER_SPECIALITY_WEIGHT_LOSS' as const],
      rates: [{ price: { amountMinor: 18_000, currency: 'EUR' }, unit: 'TRAINER_RATE_UNIT_MONTH' as const }],
    },
  };
  for (const [handle, profile] of Object.entries(profiles)) {
    const { training, id } = memberOf(members, handle);
    const { trainerProfiles } = await training.batchGetTrainerProfiles({ trainerIds: [id] });
    if (trainerProfiles.length === 0) await training.updateTrainerProfile(profile);
  }
}

async function invite(members: Members, trainer: string, client: string): Promise<string> {
  const { clientRelationship } = await memberOf(members, trainer).training.inviteClient({
    clientId: memberOf(members, client).id,
    message: 'Shall we?',
    idempotencyKey: `seed-${client}`,
  });
  return clientRelationship?.id ?? '';
}

async function coach(
  members: Members,
  trainer: string,
  client: string,
  permissions: Permission__Output[],
): Promise<string> {
  const clientRelationshipId = await invite(members, trainer, client);
  await memberOf(members, client).training.acceptClientRelationship({ clientRelationshipId, permissions });
  return clientRelationshipId;
}

async function askTrainer(members: Members, client: string, trainer: string): Promise<void> {
  await memberOf(members, client).training.requestTrainer({
    trainerId: memberOf(members, trainer).id,
    message: 'I would like to squat without fear.',
    permissions: ['PERMISSION_WORKOUTS'],
    idempotencyKey: `seed-${trainer}`,
  });
}

/** The day after tomorrow, at eight in the morning UTC. */
async function meet(members: Members, clientRelationshipId: string): Promise<void> {
  const startsAt = Math.floor(Date.now() / DAY_MS) * DAY_MS + 2 * DAY_MS + 8 * 3_600_000;
  const { training } = memberOf(members, 'lena');
  const { edges } = await training.listAppointments({ page: { first: 1 } });
  if (edges.length > 0) return;
  await training.scheduleAppointment({
    clientRelationshipId,
    title: 'Squat clinic',
    place: 'Iron Yard, rack 3',
    startsAt: timestampOf(startsAt),
    endsAt: timestampOf(startsAt + 3_600_000),
    idempotencyKey: 'seed-squats',
  });
}

async function openGym(members: Members): Promise<void> {
  const { gyms } = memberOf(members, 'chloe');
  const { gym } = await gyms.createGym({
    name: 'Iron Yard',
    description: 'Barbells, coffee, and a window that opens.',
    websiteUrl: 'https://ironyard.example/',
    joining: 'GYM_JOINING_OPEN',
    idempotencyKey: 'seed-gym',
  });
  const gymId = gym?.id ?? '';
  const weekdays = ['WEEKDAY_MONDAY', 'WEEKDAY_TUESDAY', 'WEEKDAY_WEDNESDAY', 'WEEKDAY_THURSDAY'] as const;
  const { gymLocation } = await gyms.addGymLocation({
    gymId,
    name: 'Binz',
    streetAddress: 'Grubenstrasse 12',
    postalCode: '8045',
    city: 'Zürich',
    country: 'CH',
    timeZone: 'Europe/Zurich',
    openingHours: weekdays.map((weekday) => ({ weekday, opensAt: '06:00', closesAt: '22:00' })),
    specialDays: [],
    idempotencyKey: 'seed-location',
  });
  await gyms.setGymStaffMember({
    gymId,
    userId: memberOf(members, 'lena').id,
    role: 'GYM_STAFF_ROLE_INSTRUCTOR',
  });
  const common = { gymLocationId: gymLocation?.id ?? '', excludedDays: [], cancellationNoticeMinutes: 120 };
  await gyms.createGymClass({
    ...common,
    title: 'Kettlebell basics',
    description: 'Swing, clean, press. Bring a towel.',
    instructorId: memberOf(members, 'lena').id,
    capacity: 8,
    startsAtLocal: '2026-01-05T18:00',
    durationMinutes: 60,
    recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO,TH',
    idempotencyKey: 'seed-kettlebells',
  });
  const { gymClass } = await gyms.createGymClass({
    ...common,
    title: 'Early mobility',
    description: 'Before the day gets stiff.',
    capacity: 2,
    startsAtLocal: '2026-01-05T07:00',
    durationMinutes: 45,
    recurrenceRule: 'FREQ=DAILY',
    idempotencyKey: 'seed-mobility',
  });
  const handles = [DEMO, 'theo', 'kofi'];
  await Promise.all(
    handles.map((handle) => memberOf(members, handle).gyms.joinGym({ gymId, idempotencyKey: 'seed-gym' })),
  );
  await fillSession(members, gymClass?.id ?? '', handles);
}

/** One after the other: the last one waits. */
async function fillSession(members: Members, gymClassId: string, handles: readonly string[]): Promise<void> {
  const { pages } = await memberOf(members, 'chloe').gyms.batchListClassSessionsOfClasses({
    gymClassIds: [gymClassId],
    page: { first: 3 },
  });
  const classSessionId = pages[0]?.edges.at(-1)?.classSession?.id ?? '';
  for (const handle of handles) {
    const { gyms } = memberOf(members, handle);
    const { edges: own } = await gyms.listOwnClassBookings({ page: { first: 1 } });
    if (own.length === 0) await gyms.bookClassSession({ classSessionId, idempotencyKey: 'seed-mobility' });
  }
}
