import type { UpdateUserProfileRequest } from '#gen/proto/fitme/users/v1/UpdateUserProfileRequest.ts';

/** Somebody of the demo world. */
export interface SeedPerson {
  /** Names them in the other files of the seed. */
  handle: string;
  name: string;
  email: string;
  /** Beside MEMBER. */
  role?: 'TRAINER' | 'GYM_ADMIN' | 'ADMIN';
  visibility?: 'FRIENDS' | 'PRIVATE';
  profile: Omit<UpdateUserProfileRequest, 'expectedVersion'>;
}

/** Who signs in as demo@fitme.example. */
export const DEMO = 'dana';

/** The demo world's people; everybody's password is that of the demo logins. */
export const PEOPLE: readonly SeedPerson[] = [
  {
    handle: DEMO,
    name: 'Dana Moreno',
    email: 'demo@fitme.example',
    profile: {
      bio: 'First half marathon in spring. Ask me about oatmeal.',
      locale: 'en-GB',
      timeZone: 'Europe/Zurich',
      bornOn: '1994-05-17',
      sex: 'SEX_FEMALE',
      heightCm: 171,
      objective: 'TRAINING_OBJECTIVE_ENDURANCE',
    },
  },
  {
    handle: 'robin',
    name: 'Robin Keller',
    email: 'admin@fitme.example',
    role: 'ADMIN',
    profile: { bio: 'Keeps the lights on.', locale: 'de-CH', timeZone: 'Europe/Zurich' },
  },
  person('mira', 'Mira Lindqvist', {
    bio: 'Trail runner. Up before the sun.',
    locale: 'sv-SE',
    timeZone: 'Europe/Stockholm',
    objective: 'TRAINING_OBJECTIVE_ENDURANCE',
    heightCm: 168,
    sex: 'SEX_FEMALE',
  }),
  person('theo', 'Theo Abebe', {
    bio: 'Deadlifts and dad jokes.',
    timeZone: 'Europe/London',
    objective: 'TRAINING_OBJECTIVE_STRENGTH',
    heightCm: 185,
    sex: 'SEX_MALE',
    units: 'UNIT_SYSTEM_IMPERIAL',
  }),
  {
    ...person('lena', 'Lena Vogt', {
      bio: 'Strength coach. Technique first, plates second.',
      locale: 'de-DE',
      timeZone: 'Europe/Berlin',
      objective: 'TRAINING_OBJECTIVE_STRENGTH',
    }),
    role: 'TRAINER',
  },
  person('kofi', 'Kofi Mensah', {
    bio: 'Football on Sundays, mobility on Mondays.',
    timeZone: 'Africa/Accra',
    objective: 'TRAINING_OBJECTIVE_MAINTAIN',
    sex: 'SEX_MALE',
  }),
  person('yuki', 'Yuki Tanaka', {
    bio: 'Swims. Then swims some more.',
    locale: 'ja-JP',
    timeZone: 'Asia/Tokyo',
    objective: 'TRAINING_OBJECTIVE_ENDURANCE',
    heightCm: 163,
  }),
  person('priya', 'Priya Raman', {
    bio: 'Yoga, climbing, and far too many spreadsheets about both.',
    locale: 'en-IN',
    timeZone: 'Asia/Kolkata',
    objective: 'TRAINING_OBJECTIVE_STRENGTH',
  }),
  {
    ...person('marco', 'Marco Bianchi', {
      bio: 'Nutrition coach. Carbs are not the enemy.',
      locale: 'it-IT',
      timeZone: 'Europe/Rome',
      objective: 'TRAINING_OBJECTIVE_MAINTAIN',
    }),
    role: 'TRAINER',
  },
  {
    ...person('sofia', 'Sofía Herrera', {
      bio: 'Back on the bike after a long winter.',
      locale: 'es-ES',
      timeZone: 'Europe/Madrid',
      objective: 'TRAINING_OBJECTIVE_LOSE_WEIGHT',
      bornOn: '1988-02-29',
    }),
    visibility: 'FRIENDS',
  },
  person('noah', 'Noah Fischer', {
    bio: 'New here. Be gentle.',
    objective: 'TRAINING_OBJECTIVE_GAIN_MUSCLE',
  }),
  person('aisha', 'Aisha Rahman', {
    bio: 'Rowing, mostly indoors.',
    timeZone: 'Asia/Dubai',
    objective: 'TRAINING_OBJECTIVE_ENDURANCE',
  }),
  {
    ...person('elias', 'Elias Berg', { bio: 'Nothing to see here.', timeZone: 'Europe/Oslo' }),
    visibility: 'PRIVATE',
  },
  {
    ...person('chloe', 'Chloé Dubois', {
      bio: 'Dancer turned powerlifter. Runs the Iron Yard.',
      locale: 'fr-FR',
      timeZone: 'Europe/Paris',
      objective: 'TRAINING_OBJECTIVE_STRENGTH',
      units: 'UNIT_SYSTEM_METRIC',
    }),
    role: 'GYM_ADMIN',
  },
];

/** Who has asked whom to be friends, and was accepted. */
export const FRIENDS: readonly (readonly [asker: string, asked: string])[] = [
  ['mira', DEMO],
  ['theo', DEMO],
  [DEMO, 'lena'],
  ['kofi', DEMO],
  [DEMO, 'yuki'],
  ['priya', DEMO],
  [DEMO, 'marco'],
  ['mira', 'yuki'],
  ['theo', 'lena'],
  ['sofia', 'marco'],
  ['priya', 'chloe'],
  ['kofi', 'noah'],
];

/** Who has asked whom, and waits. */
export const WAITING: readonly (readonly [asker: string, asked: string])[] = [
  ['noah', DEMO],
  ['aisha', DEMO],
  ['elias', DEMO],
  [DEMO, 'chloe'],
];

function person(handle: string, name: string, profile: SeedPerson['profile']): SeedPerson {
  return { handle, name, email: `${handle}@fitme.example`, profile };
}
