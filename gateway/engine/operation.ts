import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  print,
  visit,
} from 'graphql';
import type { GatewayContext } from '../context.ts';
import { gatewayError } from '../errors.ts';
import { compileLists, type ListLimits } from '../plugins/use-list-limits.ts';
import { compilePlan } from './compile-plan.ts';
import { compileIntrospection, withoutIntrospection } from './introspection.ts';
import type { Planner } from './planner.ts';
import { RefusedError } from './refused.ts';
import { compileWriter } from './response-writer.ts';
import type { Run, RunError, Step } from './run.ts';
import { type Fragments, selectedFields } from './selected-fields.ts';
import type { SubgraphEndpoints } from './send.ts';
import type { Fulfils } from './type-conditions.ts';
import { explainNull } from './unexplained.ts';

/** An operation that was compiled once and runs any number of times. */
export interface CompiledOperation {
  type: OperationDefinitionNode['operation'];
  name: string | undefined;
  /**
   * Runs it. Subgraphs that fail are errors of the result.
   *
   * @throws RefusedError where the variables are none of its own
   */
  run(variables: Readonly<Record<string, unknown>>, context: GatewayContext): Promise<OperationResult>;
}

export interface OperationResult {
  /** JSON. */
  data: string;
  errors: readonly RunError[];
  /** What clients get beside the data, where there is any. */
  extensions?: Readonly<Record<string, unknown>>;
}

export interface CompileOptions {
  schema: GraphQLSchema;
  planner: Planner;
  endpoints: SubgraphEndpoints;
  fulfils: Fulfils;
  lists: ListLimits;
}

/** Plans and compiles an operation of a valid document. */
export async function compileOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { schema, planner, endpoints, fulfils, lists }: CompileOptions,
): Promise<CompiledOperation> {
  const fragments = fragmentsOf(document);
  const own = onlyOf(document, operation);
  const checkLists = compileLists({ schema, document: own, operation }, lists);
  const write = compileWriter(schema, operation, fragments);
  const rootName = schema.getRootType(operation.operation)?.name;
  const fields = selectedFields(
    [{ selectionSet: operation.selectionSet, conditions: [] }],
    fragments,
    (condition) => condition === rootName,
  );
  const introspect = compileIntrospection(schema, own, operation, fields);
  const needsNone = fields.every(({ name }) => name.startsWith('__'));
  const plan = needsNone
    ? null
    : await planner.plan(planRequest(introspect ? withoutIntrospection(own) : own));
  const step: Step | null = plan && compilePlan(plan, endpoints, fulfils);

  return {
    type: operation.operation,
    name: operation.name?.value,
    async run(given, context) {
      const { coerced: variables, errors: faults } = getVariableValues(
        schema,
        operation.variableDefinitions ?? [],
        given,
      );
      checkLists(given);
      if (variables === undefined)
        throw new RefusedError(
          (faults ?? []).map(({ message }) => gatewayError('BAD_USER_INPUT', message, { status: 400 })),
        );
      const run: Run = { data: {}, errors: [], variables, context, underWay: new Map() };
      await step?.(run);
      const introspected = introspect?.(given) ?? {};
      const path: (string | number)[] = [];
      const invalid = (message: string) => explainNull(run.errors, message, path);
      const data = write(run.data, { variables, introspected, path, invalid });
      return { data, errors: run.errors };
    },
  };
}

function planRequest(document: DocumentNode) {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error(`No operation: ${print(document)}`);
  return { document, operation };
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  return fragments;
}

/** The document without other operations, and without the fragments that only they use. */
function onlyOf(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const fragments = fragmentsOf(document);
  const used = new Set<FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        collect(fragment);
      },
    });
  collect(operation);
  return { kind: Kind.DOCUMENT, definitions: [operation, ...used] };
}
