import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** A caller may not wait longer than this, milliseconds. */
const LONGEST_MS = 60_000;

/**
 * Refuses a call that would wait for ever, or whose caller no longer waits. The doors take deadlines by the clock of this
 * process, and not by the one by which domains live, which tests set.
 */
export const deadline: Middleware = async ({ incoming, call }, next) => {
  if (incoming.deadline === undefined || !Number.isFinite(incoming.deadline)) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      'This call has no deadline: set one, for example 5 seconds from now.',
    );
  }
  if (incoming.deadline <= Date.now())
    throw new DomainError('DEADLINE_EXCEEDED', 'The deadline had passed on arrival.');
  call.deadline = Math.min(incoming.deadline, Date.now() + LONGEST_MS);
  return next();
};
