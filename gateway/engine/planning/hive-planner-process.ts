import { type PlanNode, QueryPlanner } from '@graphql-hive/router-query-planner';
import type { NativeRequest } from './hive-planner.ts';
import { servePlans } from './serve-plans.ts';

/** The process of `planner-hive.ts`. */
servePlans<NativeRequest, PlanNode | null>((sdl) => {
  const planner = new QueryPlanner(sdl);
  return async ({ query, name, labels, percentage }) =>
    (await planner.planAsync(query, name, new Set(labels), percentage)).node ?? null;
});
