import type { GraphQLDataSource } from '@apollo/gateway';
import type { GatewayContext } from '../../request/context.ts';

/** The response of a subgraph. */
export type SubgraphResponse = Awaited<ReturnType<GraphQLDataSource['process']>>;
/** An error as a subgraph answers it. */
export type SubgraphError = NonNullable<SubgraphResponse['errors']>[number];

/**
 * A mutation is sent once, whatever happens; a query may be sent again. A read is a query of an operation that changes nothing:
 * it may be answered together with the same one of another request. What is public may be sent for many at once.
 */
export type FetchKind = 'query' | 'read' | 'public query' | 'mutation';

/** The part of an operation's context that its fetches need. */
export type FetchContext = Pick<GatewayContext, 'startedAt' | 'deadline' | 'signal' | 'header'>;

/** A subgraph that can be asked. */
export interface Endpoint {
  /** Sends a request's body. A subgraph that does not answer is an error in the response, without a path. */
  send(body: string, context: FetchContext, kind: FetchKind): Promise<SubgraphResponse>;
}
