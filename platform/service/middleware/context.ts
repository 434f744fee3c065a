import type { Middleware } from '../middleware.ts';

/** What a request id may look like: it goes to logs, so a client cannot make it long or break lines. */
const REQUEST_ID = /^[\w-]{1,64}$/;

/** Takes over the request id that came along, or makes one. */
export const context: Middleware = async ({ incoming, call }, next, { newId }) => {
  const given = incoming.header('x-request-id');
  call.requestId = given !== undefined && REQUEST_ID.test(given) ? given : newId();
  call.userAgent = incoming.header('user-agent')?.slice(0, 300) ?? null;
  return next();
};
