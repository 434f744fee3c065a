import type { Refusal } from './fault.ts';

/** Where a session stands. */
export type SessionState = 'ACTIVE' | 'PAUSED' | 'FINISHED' | 'ABANDONED';

/** A session's clock, in milliseconds since 1970. */
export interface Clock {
  startedAt: number;
  endedAt: number | null;
  /** Since when it stands still. */
  pausedAt: number | null;
  /** How long the pauses took that are over, ms. */
  pausedMs: number;
}

/** How long ago a session may have begun that is written down now, days. */
export const longestPastDays = 30;

/** A session that nothing was done with for so long is given up, hours. */
export const longestIdleHours = 24;

/** How long a session has taken without its pauses, whole seconds. */
export function durationSeconds({ startedAt, endedAt, pausedAt, pausedMs }: Clock, now: number): number {
  const until = pausedAt ?? endedAt ?? now;
  return Math.max(0, Math.floor((until - startedAt - pausedMs) / 1_000));
}

/** The clock of a session that goes on, or ends. */
export function runOn(clock: Clock, at: number): Pick<Clock, 'pausedAt' | 'pausedMs'> {
  const pause = clock.pausedAt === null ? 0 : Math.max(0, at - clock.pausedAt);
  return { pausedAt: null, pausedMs: clock.pausedMs + pause };
}

/** Why nothing can be changed in a session any more; null where it is open. */
export function refusalOfChange(state: SessionState): Refusal | null {
  if (state === 'ACTIVE' || state === 'PAUSED') return null;
  const code = 'FAILED_PRECONDITION';
  return state === 'FINISHED'
    ? {
        ...{ code, reason: 'SESSION_FINISHED' },
        message: 'This session is finished: its sets stand. Start another one.',
      }
    : { code, reason: 'SESSION_ABANDONED', message: 'This session was given up: start another one.' };
}
