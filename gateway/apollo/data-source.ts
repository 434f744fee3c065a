import type { GraphQLDataSource } from '@apollo/gateway';
import type { OperationTypeNode } from 'graphql';
import { firstPath } from '../engine/execution/error-path.ts';
import type { Endpoint, FetchKind } from '../engine/transport/endpoint.ts';
import type { GatewayContext } from '../request/context.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];

/** An endpoint as ApolloGateway takes it. What fails as a whole is an error at the place of what it would have given. */
export function dataSourceOf(endpoint: Endpoint): GraphQLDataSource {
  return {
    async process({ request, context, ...options }: ProcessOptions) {
      const { query = '', variables } = request;
      const body = JSON.stringify({ query, variables });
      const operation = 'incomingRequestContext' in options && options.incomingRequestContext?.operation;
      const kind = kindOf(query, operation ? operation.operation : undefined);
      const { data, errors, ...rest } = await endpoint.send(body, context as GatewayContext, kind);
      const path = data || !errors ? undefined : firstPath(query);
      return { data, ...rest, ...(errors && { errors: errors.map((error) => ({ path, ...error })) }) };
    },
  };
}

/** After a mutation, its own client wants to see what it has changed: that is no read to be shared. */
function kindOf(query: string, type: OperationTypeNode | undefined): FetchKind {
  if (!IS_QUERY.test(query)) return 'mutation';
  return type === 'query' ? 'read' : 'query';
}

/** The planner prints the operation first. What does not begin like a query is not taken for one. */
const IS_QUERY = /^\s*(query\b|\{)/;
