import { DomainError } from '../../errors.ts';
import { readsShared } from '../../viewer.ts';
import type { Middleware } from '../middleware.ts';

/**
 * Refuses a caller whose token lacks a scope that the proto method names. A token for what is shared opens the methods
 * that are marked so, and no other: not even one that asks for no scope.
 */
export const scopes: Middleware = async ({ method, call }, next) => {
  if (readsShared(call.viewer)) {
    if (method.isShared) return next();
    throw new DomainError(
      'PERMISSION_DENIED',
      'This depends on who asks, and cannot be read for all who listen: send the token of one person.',
    );
  }
  const missing = (method.scopes ?? []).filter((scope) => !call.viewer?.scopes.has(scope));
  if (missing.length > 0) {
    throw new DomainError(
      'PERMISSION_DENIED',
      `This needs the scope ${missing.join(' and ')}, which your token lacks.`,
      { reason: 'SCOPE_MISSING', parameters: { scopes: missing.join(',') } },
    );
  }
  return next();
};
