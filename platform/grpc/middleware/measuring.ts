import { measured } from '../../measured.ts';
import type { ClientMiddleware } from '../client-middleware.ts';

/** Counts and times the call under the code that its caller gets, also where it was never sent. */
export const measuring: ClientMiddleware = ({ method }, next, { name, metrics }) =>
  measured(next, (code, seconds) => metrics.clientCall({ peer: name, method, code }, seconds));
