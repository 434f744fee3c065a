import { describe, expect, it } from 'vitest';
import {
  book,
  maximumWaiting,
  refusalOfCheckIn,
  refusalOfGivingBack,
  type SessionState,
} from './bookings.ts';

const START = Date.parse('2026-12-01T17:00Z');
const HOUR = 3_600_000;

function session(change: Partial<SessionState> = {}): SessionState {
  return {
    state: 'SCHEDULED',
    startsAt: new Date(START),
    endsAt: new Date(START + HOUR),
    capacity: 10,
    bookedCount: 9,
    waitingCount: 0,
    ...change,
  };
}

describe('booking', () => {
  it('gives the last place, then places on the waiting list, then none', () => {
    expect(book(session(), 0).state).toBe('BOOKED');
    expect(book(session({ bookedCount: 10 }), 0).state).toBe('WAITING');
    expect(book(session({ bookedCount: 10, waitingCount: maximumWaiting }), 0).refusal?.field).toBe(
      'classSessionId',
    );
  });

  it('is over when the session begins, or was cancelled', () => {
    expect(book(session(), START - 1).state).toBe('BOOKED');
    expect(book(session(), START).refusal?.message).toContain('begun');
    expect(book(session({ state: 'CANCELLED' }), 0).refusal?.message).toContain('cancelled');
  });
});

describe('giving back', () => {
  const of = (state: 'BOOKED' | 'WAITING' | 'CHECKED_IN' | 'CANCELLED', now: number, isStaff = false) =>
    refusalOfGivingBack({ state }, session(), { isStaff, noticeMinutes: 120, now })?.code ?? 'allowed';

  it('takes notice of those who have a place, unless staff do it', () => {
    expect(of('BOOKED', START - 2 * HOUR)).toBe('allowed');
    expect(of('BOOKED', START - 2 * HOUR + 1)).toBe('FAILED_PRECONDITION');
    expect(of('BOOKED', START - 2 * HOUR + 1, true)).toBe('allowed');
    expect(of('WAITING', START - 1)).toBe('allowed');
  });

  it('ends when the session begins, and changes nothing twice', () => {
    expect(of('BOOKED', START, true)).toBe('FAILED_PRECONDITION');
    expect(of('CHECKED_IN', START - 1)).toBe('FAILED_PRECONDITION');
    expect(of('CANCELLED', START + HOUR)).toBe('allowed');
  });
});

it('people are checked in from an hour before until the end', () => {
  const at = (now: number) => refusalOfCheckIn({ state: 'BOOKED' }, session(), now)?.code ?? 'allowed';
  expect([START - HOUR - 1, START - HOUR, START + HOUR - 1, START + HOUR].map(at)).toEqual([
    'FAILED_PRECONDITION',
    'allowed',
    'allowed',
    'FAILED_PRECONDITION',
  ]);
  expect(refusalOfCheckIn({ state: 'WAITING' }, session(), START)?.message).toContain('waiting list');
  expect(refusalOfCheckIn({ state: 'CANCELLED' }, session(), START)?.code).toBe('FAILED_PRECONDITION');
  expect(refusalOfCheckIn({ state: 'CHECKED_IN' }, session(), START + 9 * HOUR)).toBeNull();
});
