import type { Refusal } from './refusal.ts';

/** When something takes place. */
export interface Span {
  startsAt: Date;
  endsAt: Date;
}

/** How far ahead an appointment may lie, days. */
export const furthestDays = 366;
const LEAST_MINUTES = 5;
const MOST_MINUTES = 12 * 60;
const MINUTE_MS = 60_000;

/** Why nobody can meet then; null where they can. */
export function refusalOfSpan({ startsAt, endsAt }: Span, now: number): Refusal | null {
  if (startsAt.getTime() <= now) return invalid('startsAt', 'It lies in the past: choose a time to come.');
  if (startsAt.getTime() > now + furthestDays * 24 * 60 * MINUTE_MS) {
    return invalid('startsAt', `Choose a time within ${furthestDays} days.`);
  }
  const minutes = (endsAt.getTime() - startsAt.getTime()) / MINUTE_MS;
  if (minutes <= 0) return invalid('endsAt', 'It ends before it begins: choose a later end.');
  if (minutes < LEAST_MINUTES || minutes > MOST_MINUTES) {
    return invalid('endsAt', `It takes ${LEAST_MINUTES} minutes to ${MOST_MINUTES / 60} hours.`);
  }
  return null;
}

/** An appointment, as far as rules look. */
export interface AppointmentState extends Span {
  cancelledAt: Date | null;
  version: number;
}

/** Why the version that somebody has read cannot be changed; null where it can. */
export function refusalOfChange(
  present: AppointmentState,
  expectedVersion: number,
  now: number,
): Refusal | null {
  if (present.cancelledAt !== null) {
    return {
      code: 'FAILED_PRECONDITION',
      reason: 'APPOINTMENT_CANCELLED',
      message: 'It was cancelled: schedule a new one.',
    };
  }
  if (present.startsAt.getTime() <= now) {
    return {
      code: 'FAILED_PRECONDITION',
      reason: 'APPOINTMENT_BEGUN',
      message: 'It has begun: schedule a new one.',
    };
  }
  if (present.version === expectedVersion) return null;
  return {
    code: 'CONFLICT',
    reason: 'VERSION_STALE',
    parameters: { version: present.version },
    message: `It was changed in between and is at version ${present.version}: read it, then change that.`,
  };
}

/** Why an appointment cannot be cancelled; null where it can. */
export function refusalOfCancelling(present: AppointmentState, now: number): Refusal | null {
  if (present.cancelledAt !== null || present.endsAt.getTime() > now) return null;
  return {
    code: 'FAILED_PRECONDITION',
    reason: 'APPOINTMENT_OVER',
    message: 'It is over: nothing is left to cancel.',
  };
}

function invalid(field: string, message: string): Refusal {
  return { code: 'INVALID_ARGUMENT', message: `${field}: ${message}`, field };
}
