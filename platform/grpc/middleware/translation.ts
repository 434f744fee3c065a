import type { ServiceError } from '@grpc/grpc-js';
import { DomainError } from '../../errors.ts';
import type { ClientMiddleware } from '../client-middleware.ts';
import { fromStatus } from '../status.ts';

/** Statuses, and whatever a caller gave for going away, become the errors that our own code throws. */
export const translation: ClientMiddleware = async ({ outgoing }, next, { name }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (isStatus(error)) throw fromStatus(error, name);
    if (!outgoing.call?.signal.aborted) throw error;
    throw new DomainError('CANCELLED', 'The caller went away.', { cause: error });
  }
};

function isStatus(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}
