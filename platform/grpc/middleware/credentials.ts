import type { ClientMiddleware } from '../client-middleware.ts';

/** Says on whose behalf the call is made, and to which request it belongs. */
export const credentials: ClientMiddleware = async ({ outgoing, metadata }, next, { serviceToken }) => {
  const { as, call } = outgoing;
  const token = as === 'service' ? await serviceToken() : call?.viewer?.token;
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (call !== undefined) metadata.set('x-request-id', call.requestId);
  return next();
};
