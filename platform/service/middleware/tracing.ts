import { withSpan } from '#observability/tracing.ts';
import { DomainError } from '../../errors.ts';
import type { Middleware } from '../middleware.ts';

/** A span for the method, inside of the one that the door's instrumentation has opened. */
export const tracing: Middleware = ({ method, call, incoming }, next) =>
  withSpan(
    `${method.service}/${method.name}`,
    {
      attributes: {
        'fitme.domain': method.domain,
        'fitme.rpc.door': incoming.door,
        'fitme.request.id': call.requestId,
        'fitme.rpc.deadline': call.deadline - Date.now(),
      },
      isFault: (error) => !(error instanceof DomainError) || error.code === 'INTERNAL',
    },
    next,
  );
