import type { CompiledOperation, OperationResult } from '../engine/operation/operation.ts';
import type { GraphqlRequest } from '../http/graphql-over-http.ts';
import type { GatewayContext } from '../request/context.ts';

/**
 * One concern that cuts across operations. Every operation of the compiled engine passes all plugins, through whichever
 * door it came, in the order in which the server lists them. A hook refuses the operation by throwing a GraphQLError.
 */
export interface GatewayPlugin {
  /** Hears what a client sent before it is parsed; answers what is run in its place. */
  received?(request: GraphqlRequest, context: GatewayContext): GraphqlRequest | Promise<GraphqlRequest>;
  /** Hears of an operation that is about to run. */
  resolved?(operation: ResolvedOperation, context: GatewayContext): void | Promise<void>;
  /** Runs it by `next`, or answers in its place. */
  run?(operation: ResolvedOperation, context: GatewayContext, next: Next): Promise<OperationResult>;
}

/** An operation that was found, parsed, validated and compiled. */
export interface ResolvedOperation {
  compiled: CompiledOperation;
  request: GraphqlRequest;
}

export type Next = () => Promise<OperationResult>;
