import { operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type LiveField, readLiveFields } from '../engine/subscriptions/live-fields.ts';
import { isConditional, rootField } from '../engine/subscriptions/root-field.ts';
import type { LoadedSupergraph } from '../engine/supergraph/supergraph.ts';
import { gatewayError } from '../request/errors.ts';

/** A subscription's document, planned once; each event runs the plan. */
export interface SubscriptionPlan {
  document: DocumentNode;
  operationName: string | null;
  operation: OperationDefinitionNode;
  field: LiveField;
  /** The root field as the client wrote it, with its alias and arguments. */
  fieldNode: FieldNode;
  /** What the live subgraph is asked for; answered by the gateway. */
  primary: DocumentNode;
  /** The primary fetch and all others, as the executor runs them. */
  plan: QueryPlan;
}

/** Plans the subscriptions of one supergraph. */
export interface SubscriptionPlanner {
  /** Throws GraphQLError where the subscription is not one that the gateway can serve. The document is valid. */
  plan(document: DocumentNode, source: string, operationName: string | null): SubscriptionPlan;
  /** The executable schema of a live subgraph. */
  liveSchema(subgraph: string): GraphQLSchema;
}

const PLANS_KEPT = 500;
/** Characters of all documents whose plans are kept: whoever sends many long ones may not fill the memory with them. */
const CHARACTERS_KEPT = 8 * 1024 * 1024;

/** Makes the planner. Throws where a live field of the supergraph cannot be served. */
export function createSubscriptionPlanner(loaded: LoadedSupergraph): SubscriptionPlanner {
  const fields = readLiveFields(loaded);
  const planner = new QueryPlanner(loaded.supergraph);
  const plans = new LRUCache<string, SubscriptionPlan>({
    max: PLANS_KEPT,
    maxSize: CHARACTERS_KEPT,
    sizeCalculation: (_plan, key) => key.length,
  });
  const liveSchemas = new Map<string, GraphQLSchema>();
  for (const { subgraph } of fields.values()) {
    const schema = loaded.supergraph.subgraphs().get(subgraph)?.schema.toGraphQLJSSchema();
    if (schema !== undefined) liveSchemas.set(subgraph, schema);
  }

  function makePlan(document: DocumentNode, operationName: string | null): SubscriptionPlan {
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== 'subscription') {
      throw gatewayError('OPERATION_RESOLUTION_FAILURE', 'The document holds no such subscription.');
    }
    if (isConditional(document, operation.selectionSet)) {
      throw gatewayError('BAD_REQUEST', 'Write the subscription field without @skip and @include.');
    }
    const named = operationName === null ? {} : { operationName };
    const { node } = planner.buildQueryPlan(operationFromDocument(loaded.apiSchema, document, named));
    if (node?.kind !== 'Subscription')
      throw gatewayError('BAD_REQUEST', 'This subscription asks for nothing.');
    const primary = parse(node.primary.operation, { noLocation: true });
    const fieldNode = rootField(primary);
    const field = fieldNode && fields.get(fieldNode.name.value);
    if (fieldNode === undefined || field?.subgraph !== node.primary.serviceName) {
      throw gatewayError('BAD_REQUEST', 'Write one field of Subscription.');
    }
    // The executor runs no subscriptions, but their fetches are like any others.
    const nodes = node.rest === undefined ? [node.primary] : [node.primary, node.rest];
    return {
      document,
      operationName,
      operation,
      field,
      fieldNode,
      primary,
      plan: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } },
    };
  }

  return {
    plan(document, source, operationName) {
      const key = `${operationName ?? ''}\n${source}`;
      const kept = plans.get(key);
      if (kept !== undefined) return kept;
      const made = makePlan(document, operationName);
      plans.set(key, made);
      return made;
    },
    liveSchema(subgraph) {
      const schema = liveSchemas.get(subgraph);
      if (schema === undefined) throw new Error(`The supergraph has no live subgraph ${subgraph}`);
      return schema;
    },
  };
}
