import type { Refusal, RefusalReason } from './refusal.ts';

/** How a booking is. */
export type ClassBookingState = 'BOOKED' | 'WAITING' | 'CANCELLED' | 'CHECKED_IN';

/** A session of a class, as far as rules look. */
export interface SessionState {
  state: 'SCHEDULED' | 'CANCELLED';
  startsAt: Date;
  endsAt: Date;
  capacity: number;
  bookedCount: number;
  waitingCount: number;
}

/** The most who wait for one session. */
export const maximumWaiting = 100;

/** How long before a session people are received, minutes. */
const DOORS_OPEN_MINUTES = 60;
const MINUTE_MS = 60_000;

/** Whether whoever books now gets a place or waits for one; a refusal where they can do neither. */
export function book(
  session: SessionState,
  now: number,
): { state: 'BOOKED' | 'WAITING'; refusal?: never } | { refusal: Refusal; state?: never } {
  if (session.state === 'CANCELLED')
    return refused('CLASS_SESSION_CANCELLED', 'It was cancelled: choose another session.');
  if (session.startsAt.getTime() <= now)
    return refused('CLASS_SESSION_BEGUN', 'It has begun: choose a session to come.');
  if (session.bookedCount < session.capacity) return { state: 'BOOKED' };
  if (session.waitingCount < maximumWaiting) return { state: 'WAITING' };
  return refused('WAITING_LIST_FULL', 'Its waiting list is full: choose another session.');
}

/**
 * Why a booking cannot be given back; null where it can.
 * @param noticeMinutes - Until how long before the session its owner can give a place back; staff can until it begins.
 */
export function refusalOfGivingBack(
  booking: { state: ClassBookingState },
  session: SessionState,
  { isStaff, noticeMinutes, now }: { isStaff: boolean; noticeMinutes: number; now: number },
): Refusal | null {
  if (booking.state === 'CANCELLED') return null;
  if (booking.state === 'CHECKED_IN') {
    return {
      code: 'FAILED_PRECONDITION',
      reason: 'ALREADY_CHECKED_IN',
      message: 'They have come already: nothing is left to give back.',
    };
  }
  const minutesLeft = (session.startsAt.getTime() - now) / MINUTE_MS;
  if (minutesLeft <= 0) {
    return {
      code: 'FAILED_PRECONDITION',
      reason: 'CLASS_SESSION_BEGUN',
      message: 'It has begun: nothing is left to give back.',
    };
  }
  if (booking.state === 'WAITING' || isStaff || minutesLeft >= noticeMinutes) return null;
  return {
    code: 'FAILED_PRECONDITION',
    reason: 'CANCELLATION_TOO_LATE',
    parameters: { minutes: noticeMinutes },
    message: `A place is given back ${noticeMinutes} minutes before at the latest: ask the gym.`,
  };
}

/** Why nobody is checked in for a booking; null where they are. */
export function refusalOfCheckIn(
  booking: { state: ClassBookingState },
  session: SessionState,
  now: number,
): Refusal | null {
  if (booking.state === 'CHECKED_IN') return null;
  if (booking.state === 'CANCELLED') {
    return {
      code: 'FAILED_PRECONDITION',
      reason: 'BOOKING_CANCELLED',
      message: 'The booking was given back: book anew.',
    };
  }
  if (booking.state === 'WAITING') {
    return {
      code: 'FAILED_PRECONDITION',
      reason: 'BOOKING_WAITING',
      message: 'They are on the waiting list and have no place yet.',
    };
  }
  const isEarly = now < session.startsAt.getTime() - DOORS_OPEN_MINUTES * MINUTE_MS;
  if (!isEarly && now < session.endsAt.getTime()) return null;
  return {
    code: 'FAILED_PRECONDITION',
    reason: 'CHECK_IN_CLOSED',
    parameters: { minutes: DOORS_OPEN_MINUTES },
    message: `People are checked in from ${DOORS_OPEN_MINUTES} minutes before it begins until it ends.`,
  };
}

function refused(reason: RefusalReason, message: string): { refusal: Refusal } {
  return { refusal: { code: 'FAILED_PRECONDITION', reason, message, field: 'classSessionId' } };
}
