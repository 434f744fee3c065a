import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** A caller may not wait longer than this, milliseconds. */
const LONGEST_MS = 60_000;

/** Refuses a call that would wait for ever, or whose caller no longer waits. */
export const deadline: Middleware = async ({ incoming, call }, next, { now }) => {
  if (incoming.deadline === undefined || !Number.isFinite(incoming.deadline)) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      'This call has no deadline: set one, for example 5 seconds from now.',
    );
  }
  if (incoming.deadline <= now())
    throw new DomainError('DEADLINE_EXCEEDED', 'The deadline had passed on arrival.');
  call.deadline = Math.min(incoming.deadline, now() + LONGEST_MS);
  return next();
};
