import type { ApolloServer } from '@apollo/server';
import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValidationRule,
} from 'graphql';
import type { Payload } from '../engine/subscriptions/payload.ts';
import { RefusedOperation } from '../live/delivery/refused-operation.ts';
import { isPassing } from '../live/operations/completion-retry.ts';
import type {
  CompletedText,
  LiveEngine,
  OperationRequest,
  ReadySubscription,
} from '../live/operations/live-engine.ts';
import type { GatewayContext } from '../request/context.ts';
import { gatewayError } from '../request/errors.ts';
import { nameOperation } from '../request/operation-span.ts';
import { createDocuments } from './documents.ts';
import type { StockGraph } from './stock-graph.ts';
import { checkLists, type ListLimits } from './use-list-limits.ts';

export interface StockLiveEngineOptions {
  apollo: ApolloServer<GatewayContext>;
  graph(): StockGraph;
  rules: readonly ValidationRule[];
  maxTokens: number;
  listLimits: ListLimits;
  /** An error as a client gets it. */
  formatError(error: GraphQLError, requestId: string): GraphQLFormattedError;
}

/** Runs operations with Apollo Server, and completes events with ApolloGateway's executor. */
export function createStockLiveEngine(options: StockLiveEngineOptions): LiveEngine {
  const { formatError } = options;
  const documents = createDocuments(options.rules, options.maxTokens);

  async function execute(
    { query, operationName, variables }: OperationRequest,
    contextValue: GatewayContext,
  ) {
    const named = operationName === null ? {} : { operationName };
    const { body } = await options.apollo.executeOperation({ query, variables, ...named }, { contextValue });
    if (body.kind !== 'single') throw gatewayError('INTERNAL_SERVER_ERROR', 'The answer came in parts.');
    const { singleResult } = body;
    if (singleResult.data === undefined && singleResult.errors)
      throw new RefusedOperation(singleResult.errors);
    return { body: JSON.stringify(singleResult) };
  }

  function write({ errors, ...result }: ExecutionResult, requestId: string): CompletedText {
    const told = errors?.map((error) => formatError(error, requestId));
    const isWhole = !errors?.some(({ extensions }) => isPassing(extensions['code']));
    return { body: JSON.stringify({ ...(told && { errors: told }), ...result }), isWhole };
  }

  async function makeReady(request: OperationRequest): Promise<ReadySubscription> {
    const document = documents.parse(request.query);
    const graph = options.graph();
    const { schema } = graph.loaded;
    documents.check(schema, document);
    const plan = graph.planner.plan(document, request.query, request.operationName);
    const variables = coerce(graph, plan.operation, request.variables);
    checkLists({ schema, document, operation: plan.operation, variables }, options.listLimits);
    return {
      field: plan.field,
      args: getArgumentValues(plan.field.definition, plan.fieldNode, variables),
      shared: null,
      complete: async (payload: Payload, deliveryContext: GatewayContext) =>
        write(await graph.complete(plan, variables, payload, deliveryContext), deliveryContext.requestId),
      again: () => makeReady(request),
    };
  }

  return {
    async begin(request, context) {
      const operation = getOperationAST(documents.parse(request.query), request.operationName);
      if (request.isReadOnly && operation?.operation === OperationTypeNode.MUTATION)
        throw gatewayError('BAD_REQUEST', 'GET is for queries: send this operation with POST.');
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return execute(request, context);
      if (context.span) nameOperation(context.span, operation.operation, operation.name?.value);
      return makeReady(request);
    },
  };
}

function coerce(
  { loaded }: StockGraph,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(loaded.schema, variableDefinitions, given);
  const [fault] = errors ?? [];
  if (fault !== undefined) throw gatewayError('BAD_USER_INPUT', fault.message);
  return coerced ?? {};
}
