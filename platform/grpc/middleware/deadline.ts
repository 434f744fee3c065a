import { DomainError } from '../../errors.ts';
import type { ClientMiddleware } from '../client-middleware.ts';

const DEFAULT_TIMEOUT_MS = 5_000;

/** Bounds the call by its caller's deadline; nothing is done for a caller who no longer waits. */
export const deadline: ClientMiddleware = async (invocation, next) => {
  const { call, timeoutMs = DEFAULT_TIMEOUT_MS } = invocation.outgoing;
  call?.signal.throwIfAborted();
  const now = Date.now();
  invocation.deadline = Math.min(now + timeoutMs, call?.deadline ?? Number.POSITIVE_INFINITY);
  if (invocation.deadline <= now)
    throw new DomainError('DEADLINE_EXCEEDED', 'The deadline had passed before the call was made.');
  return next();
};
