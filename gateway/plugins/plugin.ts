import type { GraphQLFormattedError } from 'graphql';
import type { CompiledOperation, OperationResult } from '../engine/operation/compiled-operation.ts';
import type { GatewayContext } from '../request/context.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';

/**
 * One concern that cuts across operations. Every operation passes all plugins, through whichever door it came and
 * whatever executes it, in the order in which `openPlugins` lists them. `received`, `resolved` and `run` refuse the
 * operation by throwing a GraphQLError.
 */
export interface GatewayPlugin {
  /** Called with what a client sent before it is parsed; returns what is run in its place. */
  received?(request: GraphqlRequest, context: GatewayContext): GraphqlRequest | Promise<GraphqlRequest>;
  /** Called with an operation that is about to run, or a subscription that is about to begin. */
  resolved?(operation: ResolvedOperation, context: GatewayContext): void | Promise<void>;
  /** Runs a query or a mutation by `next`, or answers in its place. */
  run?(operation: ResolvedOperation, context: GatewayContext, next: Next): Promise<OperationResult>;
  /** Called with each error that a client is about to get; returns what it gets. */
  error?(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError;
  /** Called once an operation, when the last of its answer was taken, it was refused, or its subscription began. */
  answered?(operation: AnsweredOperation, context: GatewayContext): void;
}

/** An operation that was found, parsed, validated and compiled. */
export interface ResolvedOperation {
  compiled: CompiledOperation;
  request: GraphqlRequest;
}

export type Next = () => Promise<OperationResult>;

export interface AnsweredOperation {
  /** Undefined where the document told none. */
  type: CompiledOperation['type'] | undefined;
  /** As the document says it; where it could not be read, as the client does. */
  name: string | undefined;
  /** `partial`: data with errors. `refused`: nothing was run, by the client's fault; `error`: by ours, or no data. */
  outcome: 'ok' | 'partial' | 'error' | 'refused';
  /** As the client got them. */
  errors: readonly GraphQLFormattedError[];
  durationMs: number;
}
