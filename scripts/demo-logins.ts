/** Somebody of the demo world who can sign in. */
interface DemoLogin {
  email: string;
  password: string;
  /** Who they are in the demo world, in a few words. */
  who: string;
}

/** Those whom `npm start` prints and whom scripts/seed.ts makes; for development alone. */
export const DEMO_LOGINS: readonly DemoLogin[] = [
  {
    email: 'demo@fitme.example',
    password: 'fitme-demo-2026',
    who: 'a member with friends and conversations',
  },
  { email: 'admin@fitme.example', password: 'fitme-demo-2026', who: 'an administrator' },
  {
    email: 'mira@fitme.example',
    password: 'fitme-demo-2026',
    who: 'a friend of demo, to write to demo from a second window',
  },
  { email: 'lena@fitme.example', password: 'fitme-demo-2026', who: 'a trainer of demo and others' },
];
