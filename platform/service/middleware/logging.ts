import { DomainError } from '../../errors.ts';
import { hashOfViewer } from '../../viewer.ts';
import type { Middleware } from '../middleware.ts';

/**
 * One line a call: at info over gRPC, at debug from a resolver (the gateway has logged that request). The cause of an
 * INTERNAL is logged here, once, and nowhere else.
 */
export const logging: Middleware = async ({ method, call, incoming }, next, { log }) => {
  const start = performance.now();
  const fields = () => ({
    service: method.service,
    method: method.name,
    door: incoming.door,
    requestId: call.requestId,
    ...(call.viewer && { viewer: hashOfViewer(call.viewer) }),
    durationMs: Math.round(performance.now() - start),
  });
  try {
    const response = await next();
    log[incoming.door === 'grpc' ? 'info' : 'debug']({ ...fields(), code: 'OK' }, 'call');
    return response;
  } catch (error) {
    const code = error instanceof DomainError ? error.code : 'INTERNAL';
    if (code === 'INTERNAL') log.error({ ...fields(), code, err: causeOf(error) }, 'call failed');
    else log.info({ ...fields(), code }, 'call refused');
    throw error;
  }
};

function causeOf(error: unknown): unknown {
  return error instanceof DomainError && error.cause !== undefined ? error.cause : error;
}
