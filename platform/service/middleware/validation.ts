import { invalidFields } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** Refuses a request that is wrong in itself, naming every wrong field. */
export const validation: Middleware = async ({ method, request }, next) => {
  const fields = method.check(request);
  if (fields.length > 0) throw invalidFields(fields);
  return next();
};
