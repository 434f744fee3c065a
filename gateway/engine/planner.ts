import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { ActiveOverrides } from './overrides.ts';
import type { PlanNode, SubscriptionPlanNode } from './plan.ts';

/** Plans the operations of one supergraph. */
export interface Planner {
  name: 'hive' | 'apollo';
  /** Null where no subgraph is needed. The operation is valid and asks for no introspection. */
  plan(request: PlanRequest): Promise<PlanNode | null>;
  /** Null where no subgraph is needed. The operation is a subscription. */
  planSubscription(request: PlanRequest): Promise<SubscriptionPlanNode | null>;
  close(): void;
}

/** What is planned: a document of one operation and its fragments. */
export interface PlanRequest {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Left out where no override is active. */
  overrides?: ActiveOverrides | null;
}

/** The same planner, which tells of each plan. */
export function counted(planner: Planner, tell: () => void): Planner {
  return {
    ...planner,
    plan(request) {
      tell();
      return planner.plan(request);
    },
    planSubscription(request) {
      tell();
      return planner.planSubscription(request);
    },
  };
}

/** The same planner, whose plans come one a turn of the event loop: each is compiled as soon as it is there. */
export function inTurns(planner: Planner, nextTurn: () => Promise<void>): Planner {
  return {
    ...planner,
    async plan(request) {
      const plan = await planner.plan(request);
      await nextTurn();
      return plan;
    },
    async planSubscription(request) {
      const plan = await planner.planSubscription(request);
      await nextTurn();
      return plan;
    },
  };
}
