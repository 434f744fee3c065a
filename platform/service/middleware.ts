import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { CallContext, IncomingCall } from '../call.ts';
import type { FieldFault } from '../errors.ts';
import type { Step } from '../pipeline.ts';
import type { TokenVerifier } from '../tokens/verifier.ts';

/** What the pipeline knows of a method before any call. */
export interface Method {
  /** Full proto name of its service. */
  service: string;
  /** Its proto name. */
  name: string;
  domain: string;
  /** Scopes that the caller needs, all of them; null where no token is needed. */
  scopes: readonly string[] | null;
  /** Whether it answers what looks the same to all who may listen, when a gateway asks for all of them. */
  isShared: boolean;
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

/** One concern of every call, whichever door it came through. */
export type Middleware = Step<Invocation, PipelineParts>;
