import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { withSpan } from '#observability/tracing.ts';
import type { ActiveOverrides } from './overrides.ts';
import type { PlanNode, SubscriptionPlanNode } from './query-plan.ts';

/** Plans the operations of one supergraph. */
export interface Planner {
  name: 'hive' | 'apollo';
  /** Null where no subgraph is needed. The operation is valid and asks for no introspection. */
  plan(request: PlanRequest): Promise<PlanNode | null>;
  /** Null where no subgraph is needed. The operation is a subscription. */
  planSubscription(request: PlanRequest): Promise<SubscriptionPlanNode | null>;
  close(): void;
}

/** A request for a plan: a document of one operation and its fragments. */
export interface PlanRequest {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Left out where no override is active. */
  overrides?: ActiveOverrides | null;
}

/** The same planner, which reports each plan, and plans inside a span. */
export function observed(planner: Planner, onPlan: () => void): Planner {
  return {
    ...planner,
    plan(request) {
      onPlan();
      return withSpan('operation.plan', {}, async (span) => {
        const plan = await planner.plan(request);
        span.set({ 'fitme.gateway.plan.fetches': fetchesOf(plan) });
        return plan;
      });
    },
    planSubscription(request) {
      onPlan();
      return withSpan('operation.plan', {}, async (span) => {
        const plan = await planner.planSubscription(request);
        span.set({ 'fitme.gateway.plan.fetches': fetchesOf(plan?.rest ?? null) });
        return plan;
      });
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

/** Most fetches of one run: of the two ways of a condition, those of the longer one. */
function fetchesOf(plan: PlanNode | null): number {
  switch (plan?.kind) {
    case undefined:
      return 0;
    case 'root-fetch':
    case 'entity-fetch':
      return 1;
    case 'sequence':
    case 'parallel':
      return sum(plan.nodes);
    case 'defer':
      return fetchesOf(plan.primary) + sum(plan.deferred.map(({ node }) => node));
    case 'condition':
      return Math.max(fetchesOf(plan.whenTrue), fetchesOf(plan.whenFalse));
  }
}

function sum(nodes: readonly PlanNode[]): number {
  return nodes.reduce((fetches, node) => fetches + fetchesOf(node), 0);
}
