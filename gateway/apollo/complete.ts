import { executeQueryPlan, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import { type ExecutionResult, execute, Kind } from 'graphql';
import type { Payload } from '../engine/subscriptions/payload.ts';
import type { LoadedSupergraph } from '../engine/supergraph/supergraph.ts';
import type { GatewayContext } from '../request/context.ts';
import type { SubscriptionPlan, SubscriptionPlanner } from './subscription-plan.ts';

/** Completes events through the graph of one supergraph. */
export type Complete = (
  plan: SubscriptionPlan,
  variables: Record<string, unknown>,
  payload: Payload,
  context: GatewayContext,
) => Promise<ExecutionResult>;

export interface CompletionOptions {
  loaded: LoadedSupergraph;
  planner: SubscriptionPlanner;
  /** Where the other subgraphs are fetched from. */
  services: ServiceMap;
}

type RequestContext = Parameters<typeof executeQueryPlan>[2];

/** Makes the completion: the live subgraph's part is answered here, the rest is fetched as for a query. */
export function createCompletion({ loaded, planner, services }: CompletionOptions): Complete {
  return async (plan, variables, payload, context) => {
    const local = localService(planner, plan, payload);
    const fragments = Object.fromEntries(
      plan.document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
    return executeQueryPlan(
      plan.plan,
      { ...services, [plan.field.subgraph]: local },
      requestContext(loaded, plan, variables, context),
      { schema: loaded.schema, operation: plan.operation, fragments },
      loaded.supergraphSchema,
      loaded.apiSchema,
    );
  };
}

/** Answers the primary fetch from the payload: aliases, enums and nulls are treated as any subgraph would. */
function localService(
  planner: SubscriptionPlanner,
  { field, primary }: SubscriptionPlan,
  payload: Payload,
): GraphQLDataSource {
  return {
    async process({ request }) {
      const { data, errors } = await execute({
        schema: planner.liveSchema(field.subgraph),
        document: primary,
        rootValue: { [field.name]: payload },
        variableValues: request.variables ?? {},
      });
      // The executor merges into what it gets, and graphql-js makes objects without a prototype.
      return { data: data ?? null, ...(errors && { errors: errors.map((error) => error.toJSON()) }) };
    },
  };
}

/** The executor takes Apollo Server's request context; this holds the parts of it that it reads. */
function requestContext(
  { schema }: LoadedSupergraph,
  { document, operationName, operation }: SubscriptionPlan,
  variables: Record<string, unknown>,
  context: GatewayContext,
): RequestContext {
  const read: Pick<
    RequestContext,
    'request' | 'context' | 'schema' | 'document' | 'operationName' | 'operation' | 'metrics'
  > = {
    request: { variables },
    context,
    schema,
    document,
    operationName,
    operation,
    metrics: {},
  };
  return read as RequestContext;
}
