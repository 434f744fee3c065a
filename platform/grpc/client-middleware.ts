import type { Metadata } from '@grpc/grpc-js';
import type { ClientMetrics } from '#observability/metrics.ts';
import type { Step } from '../middleware.ts';
import type { OutgoingCall } from './outgoing-call.ts';

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
