import { z } from 'zod';
import type { VariablesOf } from './variables.ts';

/** How the compiled engine plans. */
export interface PlanningConfig {
  /** `apollo` keeps the native planner out, as where it does not load. */
  planner: 'native' | 'apollo';
}

export const PLANNING_VARIABLES = {
  PLANNER: z.enum(['native', 'apollo']).default('native'),
};

export function planningOf(variables: VariablesOf<typeof PLANNING_VARIABLES>): PlanningConfig {
  return { planner: variables.PLANNER };
}
