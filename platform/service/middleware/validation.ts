import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** Refuses a request that is wrong in itself, naming every wrong field. */
export const validation: Middleware = async ({ method, request }, next) => {
  const fields = method.check(request);
  if (fields.length > 0) {
    const message = fields
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
    throw new DomainError('INVALID_ARGUMENT', message, { fields });
  }
  return next();
};
