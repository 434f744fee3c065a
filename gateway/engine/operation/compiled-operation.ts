import type { OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../../request/context.ts';
import type { AnswerPolicy } from '../caching/caching.ts';
import type { OperationCost } from '../cost/operation-cost.ts';
import type { ConditionValues } from '../document/condition-variants.ts';
import type { RunError } from '../execution/run.ts';
import type { Rest } from '../response/parts.ts';
import type { CompiledSubscription } from '../subscriptions/compiled-subscription.ts';

/** An operation that was compiled once and runs any number of times. */
export interface CompiledOperation {
  type: OperationDefinitionNode['operation'];
  name: string | undefined;
  /** The fields of its root type that it asks for, once for each name under which it asks. */
  rootFields: readonly string[];
  cost: OperationCost;
  /** The deprecated elements that it asks for, by schema coordinates. */
  deprecated: readonly string[];
  /** Null where its answers may not be kept. */
  cachePolicy: AnswerPolicy | null;
  /**
   * Runs it. Subgraphs that fail are errors of the result.
   *
   * @throws RefusedError where the variables are none of its own
   */
  run(variables: Readonly<Record<string, unknown>>, context: GatewayContext): Promise<OperationResult>;
  /** Its plans: what they were made for, and the making of one before somebody waits for it. */
  plans: OperationPlans;
  /** Only a subscription has it, which does not run but begins. */
  subscription?: CompiledSubscription;
  /** Runs it for who takes deferred fragments later; undefined where it defers none. Throws as `run` does. */
  runInParts?: CompiledOperation['run'];
}

export interface OperationResult {
  /** JSON. */
  data: string;
  errors: readonly RunError[];
  /** Clients get these beside the data, where there are any. */
  extensions?: Readonly<Record<string, unknown>>;
  /** The parts that follow: with them, the data is not all of it, and nothing is kept for others. */
  rest?: Rest;
  /** The entities that it holds, where a cache has to know; null where there is no telling. */
  entities?: () => readonly string[] | null;
  /** The header of HTTP, where the answer may be kept. */
  cacheControl?: string;
}

/** The plans of one operation: what they were made for, and the making of one before somebody waits for it. */
export interface OperationPlans {
  /** The values of `@skip` and `@include` that it was planned for. */
  used(): ConditionValues[];
  plan(conditionValues: ConditionValues): Promise<unknown>;
}
