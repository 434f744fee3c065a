import { signUpAs } from '#tests/people.ts';
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
  const locationId = await make('addLocation', 'AddLocationInput', 'location { id }', { gymId, ...location });
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
  const classId = await make('createClass', 'CreateClassInput', 'gymClass { id }', {
    locationId,
    ...gymClass,
  });
  const profile = {
    headline: 'Strength for everybody',
    about: 'Twenty years of barbells.',
    qualifications: [{ title: 'Coach', issuer: 'School', year: 2010 }],
    specialities: ['STRENGTH'],
    rates: [{ amountMinor: 9_000, currency: 'CHF', unit: 'HOUR' }],
    acceptsClients: true,
  };
  await create(network, 'training', trainer.token)(
    'updateTrainerProfile',
    'UpdateTrainerProfileInput',
    'trainerProfile { id: version }',
    { ...profile, expectedVersion: 0 },
  );

  const common = { domain: 'training', token: owner.token };
  return [
    {
      ...common,
      mutation: 'updateGym',
      key: { gymId },
      selection: 'gym { name description websiteUrl joining version }',
      whole: gym,
      none: { description: '', websiteUrl: null },
    },
    {
      ...common,
      mutation: 'updateLocation',
      key: { locationId },
      selection: `location {
        name streetAddress postalCode city country timeZone version
        openingHours { weekday opensAt closesAt } specialDays { day opensAt closesAt }
      }`,
      whole: location,
      none: { streetAddress: '', postalCode: '', city: '', openingHours: [], specialDays: [] },
    },
    {
      ...common,
      mutation: 'updateClass',
      key: { classId },
      selection: `gymClass {
        title description instructorId: instructor { id } capacity startsAtLocal durationMinutes recurrenceRule
        excludedDays cancellationNoticeMinutes version
      }`,
      whole: gymClass,
      none: {
        ...{ description: '', instructorId: null, recurrenceRule: null, excludedDays: [] },
        cancellationNoticeMinutes: 0,
      },
    },
    {
      ...common,
      token: trainer.token,
      mutation: 'updateTrainerProfile',
      key: {},
      selection: `trainerProfile {
        headline about specialities acceptsClients version
        qualifications { title issuer year } rates { amountMinor currency unit }
      }`,
      whole: profile,
      none: { about: '', qualifications: [], specialities: [], rates: [] },
    },
  ];
};
