import { measured } from '../../pipeline.ts';
import type { Middleware } from '../middleware.ts';

/** Counts and times the call under the code that its caller gets; cancelled calls too. */
export const metrics: Middleware = ({ method, incoming }, next, parts) =>
  measured(next, (code, seconds) =>
    parts.metrics.serviceMethod(
      { service: method.service, method: method.name, code, door: incoming.door },
      seconds,
    ),
  );
