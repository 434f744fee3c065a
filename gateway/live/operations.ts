import type { ApolloServer } from '@apollo/server';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValidationRule,
} from 'graphql';
import { type RunningSpan, withTraceparent } from '#observability/tracing.ts';
import { requireViewer, type Viewer } from '#platform/viewer.ts';
import { createContext, type DisposableContext, type GatewayContext } from '../context.ts';
import type { Graph } from '../engine/graph.ts';
import { gatewayError } from '../errors.ts';
import { nameOperation, withOperationSpan } from '../operation-span.ts';
import { checkLists, type ListLimits } from '../plugins/use-list-limits.ts';
import { cancellable } from './cancellable.ts';
import { createDocuments } from './documents.ts';
import type { LiveHub } from './hub.ts';
import { beginSubscription } from './subscription.ts';

/** What a client sends, by whichever socket. */
export interface OperationRequest {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown>;
  /** W3C traceparent of what the client did to send it. */
  traceparent?: string | undefined;
}

/** On whose behalf, and for how long. */
export interface OperationCaller {
  viewer: Viewer | null;
  requestId: string;
  /** Aborts when the connection is gone. */
  signal: AbortSignal;
  header(name: string): string | undefined;
}

export type OperationResults = AsyncGenerator<FormattedExecutionResult, void, void>;

/** Runs operations for connections that stay. It knows no socket. */
export interface LiveOperations {
  /** Running subscriptions. */
  subscriptions(): number;
  formatError(error: GraphQLError, requestId: string): GraphQLFormattedError;
  /** What clients see at the moment. */
  schema(): GraphQLSchema;
  /** The parsed document. Throws GraphQLError. */
  parse(query: string): DocumentNode;
  /**
   * Begins an operation; its results come one by one, and ending the iteration ends all that it started.
   *
   * @throws GraphQLError or DomainError where it is refused
   * @throws LiveUnavailableError where live updates cannot be had
   */
  begin(
    document: DocumentNode,
    request: OperationRequest,
    caller: OperationCaller,
  ): Promise<OperationResults>;
}

export interface LiveOperationsOptions {
  apollo: ApolloServer<GatewayContext>;
  graph(): Graph;
  hub: LiveHub;
  rules: readonly ValidationRule[];
  maxTokens: number;
  listLimits: ListLimits;
  maxLag: number;
  timeoutMs: number;
  /** An error as a client gets it. */
  formatError(error: GraphQLError, requestId: string): GraphQLFormattedError;
}

/** Makes the operations of a gateway's live doors. */
export function createLiveOperations(options: LiveOperationsOptions): LiveOperations {
  const documents = createDocuments(options.rules, options.maxTokens);
  let subscriptions = 0;

  async function subscribe(document: DocumentNode, request: OperationRequest, caller: OperationCaller) {
    const graph = options.graph();
    documents.check(graph.loaded.schema, document);
    const viewer = requireViewer(caller.viewer);
    const plan = graph.planner.plan(document, request.query, request.operationName);
    const variables = coerce(graph, plan.operation, request.variables);
    const { schema } = graph.loaded;
    checkLists({ schema, document, operation: plan.operation, variables }, options.listLimits);
    const results = await beginSubscription(options, {
      field: plan.field,
      args: getArgumentValues(plan.field.definition, plan.fieldNode, variables),
      viewer,
      requestId: caller.requestId,
      async complete(payload) {
        using context = contextOf(caller);
        return graph.complete(plan, variables, payload, context);
      },
    });
    subscriptions += 1;
    return cancellable(
      results,
      () => {
        subscriptions -= 1;
      },
      ({ errors, ...result }): FormattedExecutionResult => ({
        ...result,
        ...(errors && { errors: errors.map((error) => options.formatError(error, caller.requestId)) }),
      }),
    );
  }

  async function execute(
    { query, operationName, variables }: OperationRequest,
    contextValue: GatewayContext,
  ) {
    const named = operationName === null ? {} : { operationName };
    const { body } = await options.apollo.executeOperation({ query, variables, ...named }, { contextValue });
    if (body.kind !== 'single') throw gatewayError('INTERNAL_SERVER_ERROR', 'The answer came in parts.');
    return body.singleResult as FormattedExecutionResult;
  }

  function contextOf({ viewer, requestId, signal, header }: OperationCaller): DisposableContext {
    return createContext({ requestId, viewer, header, parent: signal, timeoutMs: options.timeoutMs });
  }

  return {
    subscriptions: () => subscriptions,
    formatError: options.formatError,
    schema: () => options.graph().loaded.schema,
    parse: documents.parse,
    async begin(document, request, caller) {
      const operation = getOperationAST(document, request.operationName);
      const traced = <T>(run: (span: RunningSpan) => T) =>
        withTraceparent(request.traceparent, () => withOperationSpan(caller.requestId, run));
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION)
        return once(contextOf(caller), (context) => traced((span) => execute(request, { ...context, span })));
      // Of the beginning alone: deliveries have traces of their own.
      return traced((span) => {
        nameOperation(span, operation.operation, operation.name?.value);
        return subscribe(document, request, caller);
      });
    },
  };
}

function coerce(
  { loaded }: Graph,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(loaded.schema, variableDefinitions, given);
  const [fault] = errors ?? [];
  if (fault !== undefined) throw gatewayError('BAD_USER_INPUT', fault.message);
  return coerced ?? {};
}

/** A query or mutation as a stream of one result: when the client ends it, what it started stops. */
function once(
  context: DisposableContext,
  run: (context: GatewayContext) => Promise<FormattedExecutionResult>,
): OperationResults {
  const end = () => {
    context.abort();
    context[Symbol.dispose]();
  };
  return cancellable(only(run, context), end, (result) => result);
}

async function* only(
  run: (context: GatewayContext) => Promise<FormattedExecutionResult>,
  context: GatewayContext,
): OperationResults {
  yield await run(context);
}
