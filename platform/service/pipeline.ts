import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { CallContext, IncomingCall } from '../call.ts';
import type { FieldFault } from '../errors.ts';
import type { TokenVerifier } from '../tokens/verifier.ts';
import { authentication } from './middleware/authentication.ts';
import { context } from './middleware/context.ts';
import { deadline } from './middleware/deadline.ts';
import { logging } from './middleware/logging.ts';
import { metrics } from './middleware/metrics.ts';
import { recovery } from './middleware/recovery.ts';
import { scopes } from './middleware/scopes.ts';
import { tracing } from './middleware/tracing.ts';
import { validation } from './middleware/validation.ts';

/** What the pipeline knows of a method before any call. */
export interface Method {
  /** Full proto name of its service. */
  service: string;
  /** Its proto name. */
  name: string;
  domain: string;
  /** Scopes that the caller needs, all of them; null where no token is needed. */
  scopes: readonly string[] | null;
  /** What is wrong with a request, one fault a field. */
  check(request: object): FieldFault[];
}

/** One call on its way to the handler. Middleware fills in `call`. */
export interface Invocation {
  readonly method: Method;
  readonly request: object;
  readonly incoming: IncomingCall;
  readonly call: CallContext;
}

/** What middleware works with. */
export interface PipelineParts {
  verifier: TokenVerifier;
  log: Logger;
  metrics: Metrics;
  now(): number;
  newId(): string;
}

export type Next = () => Promise<unknown>;
export type Middleware = (invocation: Invocation, next: Next, parts: PipelineParts) => Promise<unknown>;

/**
 * Every call of every door passes through these, in this order: each relies on the ones in front of it. Recovery
 * stands inside of logging and metrics, so that a bug is logged and counted as what the caller is told (INTERNAL).
 */
export const PIPELINE: readonly Middleware[] = [
  deadline,
  context,
  tracing,
  logging,
  metrics,
  recovery,
  authentication,
  scopes,
  validation,
];

/** Runs a handler inside the pipeline. */
export function runPipeline(
  invocation: Invocation,
  handler: (request: object, call: CallContext) => Promise<unknown>,
  parts: PipelineParts,
  pipeline: readonly Middleware[] = PIPELINE,
): Promise<unknown> {
  const step = (index: number): Promise<unknown> => {
    const middleware = pipeline[index];
    if (middleware === undefined) return handler(invocation.request, invocation.call);
    return middleware(invocation, () => step(index + 1), parts);
  };
  return step(0);
}
