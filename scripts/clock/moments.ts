/** A moment at which the tests that can see the clock have to pass. */
export interface Moment {
  /** As `npm run test:clock -- --moment` takes it. */
  name: string;
  /** What is special about it. */
  why: string;
  /** The fake time at which Vitest is started, ISO 8601 in UTC. The clock goes on from there. */
  startsAt: string;
}

/**
 * The moments at which date arithmetic goes wrong. A run takes minutes, so that one which starts shortly before a boundary
 * passes over it while tests run; starting services and migrating the template takes some ten seconds.
 */
export const MOMENTS: readonly Moment[] = [
  {
    name: 'months-end',
    why: 'a month that has ended in Tokyo, not in UTC',
    startsAt: '2027-01-31T21:30:00Z',
  },
  { name: 'leap-day', why: '29 February', startsAt: '2028-02-29T12:00:00Z' },
  {
    name: 'summer-time-begins',
    why: 'Europe passes over an hour at 01:00 UTC',
    startsAt: '2027-03-28T00:57:00Z',
  },
  {
    name: 'summer-time-ends',
    why: 'Europe has an hour twice at 01:00 UTC',
    startsAt: '2027-10-31T00:57:00Z',
  },
  {
    name: 'monday-1630',
    why: 'the weekly classes of the tests are about to begin',
    startsAt: '2027-01-11T16:30:00Z',
  },
  {
    name: 'auckland-new-year',
    why: 'the year ends in Auckland at 11:00 UTC',
    startsAt: '2026-12-31T10:57:00Z',
  },
  // The template is migrated in the old week and the first files run over its last second; the rest has a week that is minutes old.
  { name: 'weeks-end', why: 'the last second of week 53 of 2026', startsAt: '2027-01-03T23:59:45Z' },
  { name: 'ten-years-on', why: 'nothing may be bound to the year', startsAt: '2036-12-01T09:00:00Z' },
];
