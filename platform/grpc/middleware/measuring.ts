import { DomainError } from '../../errors.ts';
import type { ClientMiddleware } from '../client-middleware.ts';

/** Counts and times the call under the code that its caller gets, also where it was never sent. */
export const measuring: ClientMiddleware = async ({ method }, next, { name, metrics }) => {
  const start = performance.now();
  let code = 'OK';
  try {
    return await next();
  } catch (error) {
    code = error instanceof DomainError ? error.code : 'INTERNAL';
    throw error;
  } finally {
    metrics.clientCall({ peer: name, method, code }, (performance.now() - start) / 1_000);
  }
};
