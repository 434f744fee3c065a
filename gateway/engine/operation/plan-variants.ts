import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../../request/context.ts';
import {
  type ConditionValues,
  type ConditionVariants,
  conditionVariables,
  createConditionVariants,
  withoutConditions,
} from '../document/condition-variants.ts';
import { fragmentsOf, onlyOf, operationOf } from '../document/fragments.ts';
import { selectedFields } from '../document/selected-fields.ts';
import type { Step } from '../execution/run.ts';
import type { ActiveOverrides, Overrides } from '../planning/overrides.ts';
import type { Planner, PlanRequest } from '../planning/planner.ts';
import type { PlanNode } from '../planning/query-plan.ts';

/**
 * The plans of one operation: one for each set of values that `@skip` and `@include` were given, and of overrides that are
 * active, made when it is first met. Planners know conditions, but each mixes them up with what `@requires` reads; of an
 * operation without any, the plan is also the shortest.
 */
export interface PlanVariants {
  /** Finds what runs the operation with these variables for this viewer; null where no subgraph is needed. */
  step(variables: Variables, context: Pick<GatewayContext, 'viewer'>): Promise<Step | null>;
  /** The values that it was planned for. */
  used(): ConditionValues[];
}

type Variables = Readonly<Record<string, unknown>>;

export interface PlanVariantsOptions {
  /** Name of the type that holds the operation's fields. */
  rootType: string;
  planner: Planner;
  /** The document as planners get it, when conditions are decided. */
  documentFor(document: DocumentNode): DocumentNode;
  overrides: Overrides | null;
  compile(plan: PlanNode): Step;
}

/** Plans an operation; the document holds it and its fragments alone, with nothing that the gateway answers itself. */
export async function createPlanVariants(
  document: DocumentNode,
  { rootType, planner, documentFor, overrides, compile }: PlanVariantsOptions,
): Promise<PlanVariants> {
  async function plan(decided: DocumentNode, active: ActiveOverrides | null): Promise<Step | null> {
    const nodes: PlanNode[] = [];
    for (const request of requestsOf(documentFor(decided), rootType)) {
      const node = await planner.plan({ ...request, overrides: active });
      if (node !== null) nodes.push(node);
    }
    const [first] = nodes;
    if (first === undefined) return null;
    return compile(nodes.length === 1 ? first : { kind: 'sequence', nodes });
  }

  const stepsWith = (active: ActiveOverrides | null) =>
    createConditionVariants(document, (decided) => plan(decided, active));
  if (overrides !== null) return byOverrides(overrides, stepsWith);
  if (conditionVariables(document).length > 0) {
    const steps = stepsWith(null);
    return { step: steps.for, used: steps.used };
  }
  const only = await plan(
    withoutConditions(document, () => false),
    null,
  );
  return { step: async () => only, used: () => [] };
}

/** There are as many sets of active overrides as the supergraph has shares of viewers, and one more. */
function byOverrides(
  overrides: Overrides,
  stepsWith: (active: ActiveOverrides) => ConditionVariants<Step | null>,
): PlanVariants {
  const made = new Map<string, ConditionVariants<Step | null>>();
  return {
    step(variables, { viewer }) {
      const active = overrides.of(viewer);
      const steps = made.get(active.key) ?? stepsWith(active);
      made.set(active.key, steps);
      return steps.for(variables);
    },
    used: () => [...made.values()].flatMap((steps) => steps.used()),
  };
}

/**
 * What is planned for an operation, one after the other: a mutation's fields each by itself, for one may begin only when
 * everything below the one before it is there.
 */
function requestsOf(document: DocumentNode, rootType: string): PlanRequest[] {
  const operation = operationOf(document);
  const fields = selectedFields(
    [{ selectionSet: operation.selectionSet, conditions: [] }],
    fragmentsOf(document),
    (condition) => condition === rootType,
  ).filter(({ name }) => !name.startsWith('__'));
  if (fields.length === 0) return [];
  if (operation.operation !== 'mutation') return [requestOf(document, operation)];
  return fields.map(({ nodes }) => {
    const selections = nodes.map(({ node }) => node);
    return requestOf(document, { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } });
  });
}

function requestOf(document: DocumentNode, operation: OperationDefinitionNode): PlanRequest {
  return { document: onlyOf(document, operation), operation };
}
