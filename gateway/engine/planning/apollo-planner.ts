import { print } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import type { Planner, PlanRequest } from './planner.ts';
import { createPlannerProcess, type PlannerLimits } from './planner-process.ts';
import type { PlanNode, SubscriptionPlanNode } from './query-plan.ts';

export interface ApolloRequest {
  query: string;
  name?: string | undefined;
  /** Labels of progressive overrides, and whether they are active. */
  labels: readonly (readonly [label: string, isActive: boolean])[];
  isSubscription: boolean;
}

/** The planner of ApolloGateway: in JavaScript, and in a process of its own. */
export function createApolloPlanner({ sdl }: LoadedSupergraph, limits?: PlannerLimits): Planner {
  const planner = createPlannerProcess<ApolloRequest, PlanNode | SubscriptionPlanNode | null>({
    name: 'planner in JavaScript',
    program: new URL('./apollo-planner-process.ts', import.meta.url),
    sdl,
    atOnce: 1,
    ...limits,
  });
  const planned = ({ document, operation, overrides }: PlanRequest, isSubscription: boolean) =>
    planner.plan({
      query: print(document),
      name: operation.name?.value,
      labels: [...(overrides?.labels ?? [])],
      isSubscription,
    });
  return {
    name: 'apollo',
    close: () => planner.close(),
    plan: (request) => planned(request, false) as Promise<PlanNode | null>,
    planSubscription: (request) => planned(request, true) as Promise<SubscriptionPlanNode | null>,
  };
}
