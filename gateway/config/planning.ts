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
}

export const PLANNING_VARIABLES = {
  PLANNER: z.enum(['native', 'apollo']).default('native'),
  OVERRIDE_LABELS: list().default([]),
  PLAN_CACHE_BYTES: integer(1024 * 1024, 64 * 1024 ** 3).default(128 * 1024 * 1024),
};

export function planningOf(variables: VariablesOf<typeof PLANNING_VARIABLES>): PlanningConfig {
  const { PLANNER: planner, OVERRIDE_LABELS: overrideLabels, PLAN_CACHE_BYTES: cacheBytes } = variables;
  return { planner, overrideLabels, cacheBytes };
}
