import { z } from 'zod';
import { integer, json } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Bounds the costs of operations (gateway/README.md). */
export interface CostsConfig {
  /** By role; "anonymous" is nobody signed in, "*" everybody else. Without "*" they may cost anything. */
  limits: Readonly<Record<string, number>>;
  /** How long a list is taken to be of which the schema tells nothing. */
  listSize: number;
}

export const COST_VARIABLES = {
  OPERATION_COST_LIMITS: json(
    z.record(z.string(), z.number().nonnegative()),
    '{"*":10000,"anonymous":1000}',
  ).default({ '*': 10_000 }),
  OPERATION_COST_LIST_SIZE: integer(0, 100_000).default(5),
};

export function costsOf(variables: VariablesOf<typeof COST_VARIABLES>): CostsConfig {
  return { limits: variables.OPERATION_COST_LIMITS, listSize: variables.OPERATION_COST_LIST_SIZE };
}
