import type { DomainNetwork } from '#tests/domain-network.ts';
import { type Person, signUpAs } from '#tests/people.ts';
import { create } from './create.ts';
import type { MakeUpdateCases } from './update-case.ts';

export const trainingUpdates: MakeUpdateCases = async (network) => {
  const owner = await signUpAs(network, 'GYM_ADMIN', 'Olga');
  const trainer = await signUpAs(network, 'TRAINER', 'Tara');
  const make = create(network, 'training', owner.token);

  const gym = {
    name: 'Iron Yard',
    description: 'Barbells and coffee.',
    websiteUrl: 'https://ironyard.example/',
    joining: 'BY_STAFF',
  };
  const gymId = await make('createGym', 'CreateGymInput', 'gym { id }', { ...gym });
  const location = {
    name: 'Main hall',
    streetAddress: 'Langstrasse 1',
    postalCode: '8004',
    city: 'Zürich',
    country: 'CH',
    timeZone: 'Europe/Zurich',
    openingHours: [{ weekday: 'MONDAY', opensAt: '06:30', closesAt: '22:00' }],
    specialDays: [{ day: '2026-12-25', opensAt: null, closesAt: null }],
  };
  const gymLocationId = await make('addGymLocation', 'AddGymLocationInput', 'gymLocation { id }', {
    gymId,
    ...location,
  });
  const gymClass = {
    title: 'Kettlebells',
    description: 'Bring a towel.',
    instructorId: owner.id,
    capacity: 2,
    startsAtLocal: '2026-01-05T18:00',
    durationMinutes: 60,
    recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO,TH',
    excludedDays: ['2026-12-28'],
    cancellationNoticeMinutes: 60,
  };
  const gymClassId = await make('createGymClass', 'CreateGymClassInput', 'gymClass { id }', {
    gymLocationId,
    ...gymClass,
  });
  const profile = {
    headline: 'Strength for everybody',
    about: 'Twenty years of barbells.',
    qualifications: [{ title: 'Coach', issuer: 'School', year: 2010 }],
    specialities: ['STRENGTH'],
    rates: [{ price: { amountMinor: 9_000, currency: 'CHF' }, unit: 'HOUR' }],
    acceptsClients: true,
  };
  await create(network, 'training', trainer.token)(
    'updateTrainerProfile',
    'UpdateTrainerProfileInput',
    'trainerProfile { id: version }',
    { ...profile },
  );

  const nextWeek = Math.floor(Date.now() / 1_000) * 1_000 + 7 * 86_400_000;
  const appointment = {
    title: 'Squats',
    place: 'Hall 2',
    startsAt: new Date(nextWeek).toISOString(),
    endsAt: new Date(nextWeek + 3_600_000).toISOString(),
  };
  const appointmentId = await create(network, 'training', trainer.token)(
    'scheduleAppointment',
    'ScheduleAppointmentInput',
    'appointment { id }',
    { clientRelationshipId: await relate(network, trainer, owner), ...appointment },
  );

  const common = { domain: 'training', token: owner.token };
  return [
    {
      ...common,
      mutation: 'updateGym',
      key: { gymId },
      selection: 'gym { name description websiteUrl joining version }',
      whole: gym,
      none: { description: null, websiteUrl: null },
    },
    {
      ...common,
      mutation: 'updateGymLocation',
      key: { gymLocationId },
      selection: `gymLocation {
        name streetAddress postalCode city country timeZone version
        openingHours { weekday opensAt closesAt } specialDays { day opensAt closesAt }
      }`,
      whole: location,
      none: { streetAddress: null, postalCode: null, city: null, openingHours: [], specialDays: [] },
    },
    {
      ...common,
      mutation: 'updateGymClass',
      key: { gymClassId },
      selection: `gymClass {
        title description instructorId: instructor { id } capacity startsAtLocal durationMinutes recurrenceRule
        excludedDays cancellationNoticeMinutes version
      }`,
      whole: gymClass,
      none: {
        ...{ description: null, instructorId: null, recurrenceRule: null, excludedDays: [] },
        cancellationNoticeMinutes: 0,
      },
    },
    {
      ...common,
      mutation: 'updateAppointment',
      key: { appointmentId },
      selection: 'appointment { title place startsAt endsAt version }',
      whole: appointment,
      none: { place: null },
    },
    {
      ...common,
      token: trainer.token,
      mutation: 'updateTrainerProfile',
      key: {},
      selection: `trainerProfile {
        headline about specialities acceptsClients version
        qualifications { title issuer year } rates { price { amountMinor currency } unit }
      }`,
      whole: profile,
      none: { about: null, qualifications: [], specialities: [], rates: [] },
    },
  ];
};

/** An active relationship of a trainer and a client. */
async function relate(network: DomainNetwork, trainer: Person, client: Person): Promise<string> {
  const id = await create(network, 'training', trainer.token)(
    'inviteClient',
    'InviteClientInput',
    'clientRelationship { id }',
    { clientId: client.id },
  );
  const accept = `mutation { acceptClientRelationship(input: { clientRelationshipId: "${id}" }) { clientRelationship { id } } }`;
  await network.graphql('training', accept, { token: client.token });
  return id;
}
