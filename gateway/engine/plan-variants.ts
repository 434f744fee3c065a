import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import { conditionVariables } from './conditions.ts';
import { fragmentsOf, onlyOf, operationOf } from './fragments.ts';
import type { PlanNode } from './plan.ts';
import type { Planner, PlanRequest } from './planner.ts';
import type { Step } from './run.ts';
import { selectedFields } from './selected-fields.ts';
import { createSwitched, type Switches } from './switched.ts';

/**
 * The plans of one operation: one for each set of values that `@skip` and `@include` were given, made when it is first
 * met. Planners know conditions, but each mixes them up with what `@requires` reads; of an operation without any, the plan
 * is also the shortest.
 */
export interface PlanVariants {
  /** What runs the operation with these variables; null where no subgraph is needed. */
  step(variables: Variables): Promise<Step | null>;
  /** The values that it was planned for. */
  met(): Switches[];
}

type Variables = Readonly<Record<string, unknown>>;

export interface PlanVariantsOptions {
  /** Name of the type that holds the operation's fields. */
  rootType: string;
  planner: Planner;
  /** The document as planners get it, when conditions are decided. */
  prepared(document: DocumentNode): DocumentNode;
  compile(plan: PlanNode): Step;
}

/** Plans an operation; the document holds it and its fragments alone, with nothing that the gateway answers itself. */
export async function createPlanVariants(
  document: DocumentNode,
  { rootType, planner, prepared, compile }: PlanVariantsOptions,
): Promise<PlanVariants> {
  async function plan(decided: DocumentNode): Promise<Step | null> {
    const nodes: PlanNode[] = [];
    for (const request of requestsOf(prepared(decided), rootType)) {
      const node = await planner.plan(request);
      if (node !== null) nodes.push(node);
    }
    const [first] = nodes;
    if (first === undefined) return null;
    return compile(nodes.length === 1 ? first : { kind: 'sequence', nodes });
  }

  const steps = createSwitched(document, plan);
  if (conditionVariables(document).length > 0) return { step: steps.for, met: steps.met };
  const only = await steps.for({});
  return { step: async () => only, met: () => [] };
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
