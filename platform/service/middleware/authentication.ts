import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/**
 * Learns from the token who calls. Methods of anonymous access do not look at it: a client that signs in again may
 * still send the token that has ended.
 */
export const authentication: Middleware = async ({ method, incoming, call }, next, { verifier }) => {
  if (method.scopes === null) return next();
  const header = incoming.header('authorization');
  if (header === undefined) {
    throw new DomainError(
      'UNAUTHENTICATED',
      'Sign in and send the access token as "Authorization: Bearer ...".',
    );
  }
  call.viewer = await verifier.verifyHeader(header);
  return next();
};
