import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** Counts and times the call under the code that its caller gets; cancelled calls too. */
export const metrics: Middleware = async ({ method, incoming }, next, parts) => {
  const start = performance.now();
  let code = 'OK';
  try {
    return await next();
  } catch (error) {
    code = error instanceof DomainError ? error.code : 'INTERNAL';
    throw error;
  } finally {
    const seconds = (performance.now() - start) / 1_000;
    parts.metrics.serviceMethod(
      { service: method.service, method: method.name, code, door: incoming.door },
      seconds,
    );
  }
};
