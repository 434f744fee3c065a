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
import type { Refusal } from './authorization.ts';
import { compileDoom, withoutRefused } from './authorization-plan.ts';
import { compilePlan } from './compile-plan.ts';
import { compileIntrospection, withoutIntrospection } from './introspection.ts';
import type { Planner } from './planner.ts';
import { RefusedError } from './refused.ts';
import { compileWriter } from './response-writer.ts';
import { addRefusal, type Run, type RunError, type Step } from './run.ts';
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

/** Plans and compiles an operation of a valid document, which holds nothing else (`onlyOf`). */
export async function compileOperation(
  document: DocumentNode,
  { schema, planner, endpoints, fulfils, lists }: CompileOptions,
): Promise<CompiledOperation> {
  const { operation } = planRequest(document);
  const fragments = fragmentsOf(document);
  const checkLists = compileLists({ schema, document, operation }, lists);
  const write = compileWriter(schema, operation, fragments);
  const root = schema.getRootType(operation.operation);
  const fields = rootFields(operation, fragments, root?.name);
  const introspect = compileIntrospection(schema, document, operation, fields);
  const isDoomed = root ? compileDoom(root, fields) : null;
  const request = planRequest(withoutRefused(introspect ? withoutIntrospection(document) : document));
  const planned = rootFields(request.operation, fragmentsOf(request.document), root?.name);
  const needsNone = planned.every(({ name }) => name.startsWith('__'));
  const plan = needsNone ? null : await planner.plan(request);
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
      if (!isDoomed?.(variables)) await step?.(run);
      const introspected = introspect?.(given) ?? {};
      const path: (string | number)[] = [];
      const invalid = (message: string) => explainNull(run.errors, message, path);
      const refuse = (refusal: Refusal) => addRefusal(run, refusal, [...path]);
      const data = write(run.data, { variables, introspected, path, invalid, refuse });
      return { data, errors: run.errors };
    },
  };
}

function rootFields(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
  root: string | undefined,
) {
  return selectedFields([{ selectionSet, conditions: [] }], fragments, (condition) => condition === root);
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
export function onlyOf(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
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
