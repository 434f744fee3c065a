import { describe, expect, it } from 'vitest';
import { faultOfSchedule, type Schedule, startsBetween } from './schedule.ts';

const EVENINGS: Schedule = {
  startsAtLocal: '2026-10-19T18:00',
  timeZone: 'Europe/Zurich',
  recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO,TH',
  excludedDays: [],
};

function startsOf(change: Partial<Schedule>, from: string, before: string): string[] {
  return startsBetween({ ...EVENINGS, ...change }, new Date(from), new Date(before)).map((start) =>
    start.toISOString().slice(0, 16),
  );
}

describe('sessions keep their wall-clock time', () => {
  it('when the clocks go back', () => {
    expect(startsOf({}, '2026-10-21T00:00Z', '2026-10-30T00:00Z')).toEqual([
      '2026-10-22T16:00',
      '2026-10-26T17:00',
      '2026-10-29T17:00',
    ]);
  });

  it('when they go forward, in another hemisphere', () => {
    const sydney = { startsAtLocal: '2026-10-01T06:30', timeZone: 'Australia/Sydney' };
    expect(startsOf(sydney, '2026-10-01T00:00Z', '2026-10-06T00:00Z')).toEqual(['2026-10-04T19:30']);
    expect(startsOf(sydney, '2026-09-30T00:00Z', '2026-10-01T00:00Z')).toEqual(['2026-09-30T20:30']);
  });

  it('and are left out where there is no such time', () => {
    const night = { startsAtLocal: '2026-03-27T02:30', recurrenceRule: 'FREQ=DAILY' };
    expect(startsOf(night, '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
    ]);
  });

  it('and are held once where the clocks show it twice', () => {
    const night = { startsAtLocal: '2026-10-24T02:30', recurrenceRule: 'FREQ=DAILY' };
    expect(startsOf(night, '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });
});

it('excluded days are those of the location', () => {
  const late = {
    startsAtLocal: '2026-11-02T19:00',
    timeZone: 'America/Los_Angeles',
    excludedDays: ['2026-11-05'],
  };
  expect(startsOf(late, '2026-11-01T00:00Z', '2026-11-11T00:00Z')).toEqual([
    '2026-11-03T03:00',
    '2026-11-10T03:00',
  ]);
});

it('a class without a rule is held once', () => {
  expect(startsOf({ recurrenceRule: null }, '2026-01-01T00:00Z', '2027-01-01T00:00Z')).toEqual([
    '2026-10-19T16:00',
  ]);
});

it('the span begins with its first instant, and ends in front of its last', () => {
  expect(startsOf({}, '2026-10-19T16:00Z', '2026-10-22T16:00Z')).toEqual(['2026-10-19T16:00']);
  expect(startsOf({}, '2026-10-22T16:00Z', '2026-10-22T16:00Z')).toEqual([]);
});

it.each<[string, Partial<Schedule>, keyof Schedule]>([
  ['a day that there is not', { startsAtLocal: '2026-02-30T18:00' }, 'startsAtLocal'],
  ['an hour that there is not', { startsAtLocal: '2026-02-20T24:00' }, 'startsAtLocal'],
  ['a time with a zone', { startsAtLocal: '2026-02-20T18:00Z' }, 'startsAtLocal'],
  ['no frequency', { recurrenceRule: 'BYDAY=MO' }, 'recurrenceRule'],
  ['every minute', { recurrenceRule: 'FREQ=MINUTELY' }, 'recurrenceRule'],
  ['an hour of its own', { recurrenceRule: 'FREQ=DAILY;BYHOUR=5' }, 'recurrenceRule'],
  ['a day of the week that there is not', { recurrenceRule: 'FREQ=WEEKLY;BYDAY=XX' }, 'recurrenceRule'],
  ['no time at all', { recurrenceRule: 'FREQ=DAILY;COUNT=0' }, 'recurrenceRule'],
  ['a count below none', { recurrenceRule: 'FREQ=DAILY;COUNT=-3' }, 'recurrenceRule'],
  ['two ends', { recurrenceRule: 'FREQ=DAILY;COUNT=2;UNTIL=20261201T000000Z' }, 'recurrenceRule'],
  ['a part twice', { recurrenceRule: 'FREQ=DAILY;COUNT=2;COUNT=3' }, 'recurrenceRule'],
  ['a second line', { recurrenceRule: 'FREQ=DAILY\nEXRULE:FREQ=DAILY' }, 'recurrenceRule'],
  ['an end that is no time', { recurrenceRule: 'FREQ=DAILY;UNTIL=soon' }, 'recurrenceRule'],
])('%s is refused', (_what, change, field) => {
  expect(faultOfSchedule({ ...EVENINGS, ...change })).toMatchObject({ field });
});

it.each([null, 'FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=DAILY;INTERVAL=2;COUNT=10'])(
  '%s is kept',
  (recurrenceRule) => {
    expect(faultOfSchedule({ ...EVENINGS, recurrenceRule })).toBeNull();
  },
);
