import { operationFromDocument } from '@apollo/federation-internals';
import { executeQueryPlan, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import { fragmentsOf, operationOf } from '../engine/document/fragments.ts';
import type { Run } from '../engine/execution/run.ts';
import { type PlannedLive, subscriptionRefusal } from '../engine/subscriptions/compiled-subscription.ts';
import { readLiveFields } from '../engine/subscriptions/live-fields.ts';
import type { Payload } from '../engine/subscriptions/payload.ts';
import { rootField } from '../engine/subscriptions/root-field.ts';
import type { LoadedSupergraph } from '../engine/supergraph/supergraph.ts';
import { takeResult, withTypenames } from './result.ts';

/** Plans the subscriptions of one supergraph, and completes their events by Apollo's `executeQueryPlan`. */
export interface Subscriptions {
  /**
   * Plans a document of one subscription and its fragments.
   *
   * @throws RefusedError where the subscription is not one that the gateway can serve
   */
  plan(document: DocumentNode): Promise<PlannedLive>;
}

/**
 * Makes the subscriptions; `services` answer the fetches of all subgraphs but the live ones.
 *
 * @throws where a live field of the supergraph cannot be served
 */
export function createSubscriptions(loaded: LoadedSupergraph, services: ServiceMap): Subscriptions {
  const fields = readLiveFields(loaded);
  const planner = new QueryPlanner(loaded.supergraph);
  const liveSchemas = new Map<string, GraphQLSchema>();
  for (const { subgraph } of fields.values()) {
    const schema = loaded.supergraph.subgraphs().get(subgraph)?.schema.toGraphQLJSSchema();
    if (schema !== undefined) liveSchemas.set(subgraph, schema);
  }

  return {
    async plan(decided) {
      const document = withTypenames(decided);
      const { node } = planner.buildQueryPlan(operationFromDocument(loaded.apiSchema, document));
      if (node?.kind !== 'Subscription') throw subscriptionRefusal('This subscription asks for nothing.');
      const { primary, rest } = node;
      const asked = parse(primary.operation, { noLocation: true });
      const fieldNode = rootField(asked);
      const field = fieldNode && fields.get(fieldNode.name.value);
      if (fieldNode === undefined || field?.subgraph !== primary.serviceName)
        throw subscriptionRefusal(
          'Write one field of Subscription, of those that a live source serves: ENGINE=apollo passes no others on.',
        );
      const schema = liveSchemas.get(field.subgraph);
      if (schema === undefined) throw new Error(`The supergraph has no live subgraph ${field.subgraph}`);
      // The executor runs no subscriptions, but their fetches are like any others.
      const nodes = rest === undefined ? [primary] : [primary, rest];
      const plan: QueryPlan = { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } };
      return {
        field,
        node: fieldNode,
        sharedScopes: null,
        async fill(run, payload) {
          const local = localService(schema, asked, { [field.name]: payload });
          const known = { ...services, [field.subgraph]: local };
          takeResult(run, await complete(loaded, { document, plan, services: known }, run));
        },
      };
    },
  };
}

interface Completable {
  document: DocumentNode;
  plan: QueryPlan;
  services: ServiceMap;
}

function complete(loaded: LoadedSupergraph, { document, plan, services }: Completable, run: Run) {
  const operation = operationOf(document);
  const fragments = Object.fromEntries(fragmentsOf(document));
  const { schema, supergraphSchema, apiSchema } = loaded;
  // The executor takes Apollo Server's request context; this holds the parts of it that it reads.
  const read = {
    request: { variables: run.variables },
    context: run.context,
    schema,
    document,
    operation,
    operationName: null,
    metrics: {},
  };
  return executeQueryPlan(
    plan,
    services,
    read as unknown as Parameters<typeof executeQueryPlan>[2],
    { schema, operation, fragments },
    supergraphSchema,
    apiSchema,
  );
}

/** Answers the primary fetch from the payload: aliases, enums and nulls are treated as any subgraph would. */
function localService(
  schema: GraphQLSchema,
  document: DocumentNode,
  rootValue: Record<string, Payload>,
): GraphQLDataSource {
  return {
    async process({ request }) {
      const { data, errors } = await execute({
        schema,
        document,
        rootValue,
        variableValues: request.variables ?? {},
      });
      return { data: data ?? null, ...(errors && { errors: errors.map((error) => error.toJSON()) }) };
    },
  };
}
