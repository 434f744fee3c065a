import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { loadSupergraph } from '../supergraph/supergraph.ts';
import type { ApolloRequest } from './apollo-planner.ts';
import type { PlanNode, SubscriptionPlanNode } from './query-plan.ts';
import { planOf, subscriptionPlanOf } from './read-apollo-plan.ts';
import { servePlans } from './serve-plans.ts';

/** The process of `planner-apollo.ts`. */
servePlans<ApolloRequest, PlanNode | SubscriptionPlanNode | null>((sdl) => {
  const { supergraph, apiSchema } = loadSupergraph(sdl);
  const planner = new QueryPlanner(supergraph, {
    typeConditionedFetching: true,
    incrementalDelivery: { enableDefer: true },
  });
  return ({ query, name, labels, isSubscription }) => {
    const document = parse(query, { noLocation: true });
    const operation = operationFromDocument(
      apiSchema,
      document,
      name === undefined ? {} : { operationName: name },
    );
    const { node } = planner.buildQueryPlan(operation, { overrideConditions: new Map(labels) });
    return isSubscription ? subscriptionPlanOf(node) : planOf(node);
  };
});
