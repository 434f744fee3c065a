import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';
import { isOutage } from '../outage.ts';

/**
 * Answers a caller who no longer waits at once, and turns a thrown bug into INTERNAL with the request id, and a
 * database that is away into UNAVAILABLE: the process lives, and the cause goes to the log only.
 */
export const recovery: Middleware = async ({ call, incoming }, next) => {
  try {
    return await untilAborted(next, incoming.signal);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (incoming.signal.aborted) throw abortedError(incoming.signal);
    if (isOutage(error))
      throw new DomainError('UNAVAILABLE', 'This is not available right now: try again.', { cause: error });
    const message = `Something went wrong on our side. Try again, and name request ${call.requestId} if it goes on.`;
    throw new DomainError('INTERNAL', message, { cause: error });
  }
};

function untilAborted(next: () => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  if (signal.aborted) return Promise.reject(abortedError(signal));
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortedError(signal));
    signal.addEventListener('abort', abort, { once: true });
    next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

function abortedError(signal: AbortSignal): DomainError {
  return signal.reason instanceof DomainError
    ? signal.reason
    : new DomainError('CANCELLED', 'The caller went away.', { cause: signal.reason });
}
