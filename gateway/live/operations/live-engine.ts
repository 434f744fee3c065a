import type { SharedSelection } from '../../engine/subscriptions/compiled-subscription.ts';
import type { LiveField } from '../../engine/subscriptions/live-fields.ts';
import type { UpstreamOperation } from '../../engine/subscriptions/pass-through.ts';
import type { Payload } from '../../engine/subscriptions/payload.ts';
import type { SubgraphResponse } from '../../engine/transport/endpoint.ts';
import type { GraphqlRequest } from '../../http/graphql-over-http.ts';
import type { GatewayContext } from '../../request/context.ts';

/** What a client sends, by whichever door that stays open. */
export interface OperationRequest {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
  /** As in {@link GraphqlRequest}. */
  documentId?: string;
  /** Mutations are refused. */
  isReadOnly?: boolean;
}

/** What runs the operations of doors that stay open. */
export interface LiveEngine {
  /**
   * Runs a query or a mutation; a subscription is made ready.
   *
   * @throws GraphQLError, DomainError or RefusedOperation where it is refused
   */
  begin(
    request: OperationRequest,
    context: GatewayContext,
  ): Promise<OperationText | ReadySubscription | ReadyPassThrough>;
}

/** The answer of a query or a mutation. */
export interface OperationText {
  /** JSON. */
  body: string;
  /** What it defers: further answers, made as they are read. */
  more?: AsyncIterable<string>;
}

/** A subscription that was found valid. */
export interface ReadySubscription {
  field: LiveField;
  /** The field's arguments, coerced. */
  args: Readonly<Record<string, unknown>>;
  /** Null where what it selects may differ from viewer to viewer. */
  shared: SharedSelection | null;
  /** Makes the result of a payload through the graph. */
  complete(payload: Payload, context: GatewayContext): Promise<CompletedText>;
  again: BeginAgain;
}

/**
 * Makes the same subscription ready for the supergraph and the viewer of this moment. It counts as no further operation.
 *
 * @throws as {@link LiveEngine.begin}
 */
export type BeginAgain = (context: GatewayContext) => Promise<ReadySubscription | ReadyPassThrough>;

/** A subscription that a subgraph serves. */
export interface ReadyPassThrough {
  upstream: UpstreamOperation;
  /** Makes the result of what the subgraph tells. */
  complete(told: SubgraphResponse, context: GatewayContext): Promise<CompletedText>;
  again: BeginAgain;
}

/** The result of an event. */
export interface CompletedText {
  /** JSON. */
  body: string;
  /** False where a subgraph that is away left something out. */
  isWhole: boolean;
}
