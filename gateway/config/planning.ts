import { z } from 'zod';
import { integer, list } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** How the compiled engine plans. */
export interface PlanningConfig {
  /** `apollo` keeps the native planner out, as where it does not load. */
  planner: 'native' | 'apollo';
  /** Labels of progressive overrides that are active. */
  overrideLabels: readonly string[];
  /** How much memory compiled operations may take, as `sizeOf` estimates it. */
  cacheBytes: number;
  /** Longest time for the plan of one operation, milliseconds. */
  planTimeoutMs: number;
}

export const PLANNING_VARIABLES = {
  PLANNER: z.enum(['native', 'apollo']).optional(),
  OVERRIDE_LABELS: list().default([]),
  PLAN_CACHE_BYTES: integer(1024 * 1024, 64 * 1024 ** 3).default(128 * 1024 * 1024),
  PLAN_TIMEOUT_MS: integer(100, 60_000).optional(),
};

export function planningOf(variables: VariablesOf<typeof PLANNING_VARIABLES>): PlanningConfig {
  return {
    planner: variables.PLANNER ?? 'native',
    overrideLabels: variables.OVERRIDE_LABELS,
    cacheBytes: variables.PLAN_CACHE_BYTES,
    planTimeoutMs: variables.PLAN_TIMEOUT_MS ?? 3_000,
  };
}
