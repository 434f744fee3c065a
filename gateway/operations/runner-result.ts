import type { GraphQLFormattedError } from 'graphql';
import type { FinishedParts, PendingPart } from '../engine/response/parts.ts';
import type { BegunSubscription } from '../engine/subscriptions/compiled-subscription.ts';
import type { BegunPassThrough } from '../engine/subscriptions/pass-through.ts';
import type { GatewayContext } from '../request/context.ts';

/** What comes of an operation. Doors write it as their protocol wants it. */
export type RunnerResult = Refused | Answer | Subscribed;

/** An operation that was not run. An Error, since that is how graphql-ws takes one. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly kind = 'refused';
  /** HTTP's. */
  readonly status: number;
  /** As clients get them. */
  readonly errors: readonly GraphQLFormattedError[];
  /** When a client that was refused may try again. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, errors: readonly GraphQLFormattedError[], retryAfterMs?: number) {
    super(errors[0]?.message ?? 'The operation was refused.');
    this.status = status;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The answer of a query or a mutation. */
export interface Answer {
  kind: 'answer';
  /** JSON. */
  data: string;
  /** As clients get them. */
  errors: readonly GraphQLFormattedError[];
  /** What clients get beside the data, where there is any. */
  extensions?: Readonly<Record<string, unknown>> | undefined;
  /** What follows, for who takes answers in parts. */
  parts?: AnswerParts;
  /** Of HTTP; undefined where nobody may keep the answer. */
  cacheControl?: string | undefined;
}

/** What follows an answer. */
export interface AnswerParts {
  pending: readonly PendingPart[];
  /** Made as they are read, by one reader, and never failing. */
  following: AsyncIterable<AnsweredParts>;
}

/** Parts that are there at one time, with errors as clients get them. */
export interface AnsweredParts extends Omit<FinishedParts, 'finished'> {
  finished: readonly AnsweredPart[];
}

export interface AnsweredPart extends PendingPart {
  /** JSON; 'null' where the part as a whole could not be had. */
  data: string;
  errors: readonly GraphQLFormattedError[];
}

/** A subscription that is ready to listen. */
export interface Subscribed {
  kind: 'subscription';
  subscription: BegunSubscription | BegunPassThrough;
  /**
   * Begins it again, with the engine and for the viewer of that moment. It counts as no further operation: what it was
   * let through for holds.
   *
   * @throws RefusedError, GraphQLError or DomainError where it is refused now
   */
  again(context: GatewayContext): Promise<Subscribed>;
}
