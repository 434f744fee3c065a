import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** Refuses a caller whose token lacks a scope that the proto method names. */
export const scopes: Middleware = async ({ method, call }, next) => {
  const missing = (method.scopes ?? []).filter((scope) => !call.viewer?.scopes.has(scope));
  if (missing.length > 0) {
    throw new DomainError(
      'PERMISSION_DENIED',
      `This needs the scope ${missing.join(' and ')}, which your token lacks.`,
    );
  }
  return next();
};
