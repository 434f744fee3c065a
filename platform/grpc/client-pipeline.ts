import type { Metadata, ServiceError } from '@grpc/grpc-js';
import type { ClientMetrics } from '#observability/metrics.ts';
import { DomainError } from '../errors.ts';
import { measured, type Step } from '../pipeline.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { fromStatus } from './status.ts';

/** One call on its way to a peer. Middleware fills in what goes with it. */
export interface OutgoingInvocation {
  /** The proto name of the method. */
  readonly method: string;
  readonly outgoing: OutgoingCall;
  readonly metadata: Metadata;
  /** When the caller stops waiting, milliseconds since 1970. */
  deadline: number;
}

/** What middleware of a peer works with. */
export interface ClientParts {
  /** What the peer is called in errors and metrics, for example "users". */
  readonly name: string;
  /** The token under which calls "as service" are made. */
  serviceToken(): Promise<string>;
  readonly metrics: ClientMetrics;
}

/** One concern of every call to another service. */
export type ClientMiddleware = Step<OutgoingInvocation, ClientParts>;

const DEFAULT_TIMEOUT_MS = 5_000;

/** Counts and times the call under the code that its caller gets, also where it was never sent. */
const measuring: ClientMiddleware = ({ method }, next, { name, metrics }) =>
  measured(next, (code, seconds) => metrics.clientCall({ peer: name, method, code }, seconds));

/** Statuses, and whatever a caller gave for going away, become the errors that our own code throws. */
const translation: ClientMiddleware = async ({ outgoing }, next, { name }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (isStatus(error)) throw fromStatus(error, name);
    if (!outgoing.call?.signal.aborted) throw error;
    throw new DomainError('CANCELLED', 'The caller went away.', { cause: error });
  }
};

/** Bounds the call by its caller's deadline; nothing is done for a caller who no longer waits. */
const deadline: ClientMiddleware = async (invocation, next) => {
  const { call, timeoutMs = DEFAULT_TIMEOUT_MS } = invocation.outgoing;
  call?.signal.throwIfAborted();
  const now = Date.now();
  invocation.deadline = Math.min(now + timeoutMs, call?.deadline ?? Number.POSITIVE_INFINITY);
  if (invocation.deadline <= now)
    throw new DomainError('DEADLINE_EXCEEDED', 'The deadline had passed before the call was made.');
  return next();
};

/** Says on whose behalf the call is made, and to which request it belongs. */
const credentials: ClientMiddleware = async ({ outgoing, metadata }, next, { serviceToken }) => {
  const { as, call } = outgoing;
  const token = as === 'service' ? await serviceToken() : call?.viewer?.token;
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (call !== undefined) metadata.set('x-request-id', call.requestId);
  return next();
};

/**
 * gRPC calls that go out; their spans, and the trace context that they carry, are those of the instrumentation. Each step
 * relies on the ones in front of it: platform/tests/pipelines shows for each pair of neighbours what would be lost.
 */
export const CLIENT_PIPELINE: readonly ClientMiddleware[] = [measuring, translation, deadline, credentials];

function isStatus(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}
