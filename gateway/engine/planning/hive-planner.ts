import type {
  FetchNodePathSegment,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode as HiveNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner';
import { print } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import type { Planner, PlanRequest } from './planner.ts';
import { createPlannerProcess, type PlannerLimits } from './planner-process.ts';
import {
  EACH,
  type EntityBatch,
  type Path,
  type PlanNode,
  type Requirement,
  type Rewrite,
  type RootFetchNode,
} from './query-plan.ts';

/** A request to the native planner. */
export interface NativeRequest {
  query: string;
  name?: string | undefined;
  /** Active labels of progressive overrides. */
  labels: readonly string[];
  /** Overrides by percentage are active where theirs is higher. */
  percentage: number;
}

/** It plans on threads of its own. */
const AT_ONCE = 4;

/**
 * The planner of Hive's router: native, and in a process of its own.
 *
 * @throws where there is no binary for this platform
 */
export async function createHivePlanner({ sdl }: LoadedSupergraph, limits?: PlannerLimits): Promise<Planner> {
  // A static import would end the process where the binary is missing. Whether the supergraph suits it shows here, too.
  const { QueryPlanner } = await import('@graphql-hive/router-query-planner');
  new QueryPlanner(sdl);
  const planner = createPlannerProcess<NativeRequest, HiveNode | null>({
    name: 'native planner',
    program: new URL('./hive-planner-process.ts', import.meta.url),
    sdl,
    atOnce: AT_ONCE,
    ...limits,
  });
  const planned = ({ document, operation, overrides }: PlanRequest): Promise<HiveNode | null> => {
    const name = operation.name?.value;
    const { named: labels, percentage } = overrides ?? NO_OVERRIDES;
    return planner.plan({ query: print(document), name, labels, percentage });
  };
  return {
    name: 'hive',
    close: () => planner.close(),
    async plan(request) {
      const node = await planned(request);
      return node && nodeOf(node, []);
    },
    async planSubscription(request) {
      const node = await planned(request);
      if (node === null) return null;
      const [first, ...rest] = node.kind === 'Sequence' ? node.nodes : [node];
      if (first?.kind !== 'Subscription')
        throw new Error('The native planner made no plan of a subscription');
      return {
        primary: rootFetchOf(first.primary, []),
        rest: rest.length === 0 ? null : nodeOf({ kind: 'Sequence', nodes: rest }, []),
      };
    },
  };
}

const NO_OVERRIDES = { named: [], percentage: 100 };

function nodeOf(node: HiveNode, path: Path): PlanNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((each) => nodeOf(each, path)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((each) => nodeOf(each, path)) };
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause ? nodeOf(node.ifClause, path) : null,
        whenFalse: node.elseClause ? nodeOf(node.elseClause, path) : null,
      };
    case 'Flatten':
      return nodeOf(node.node, [...path, ...node.path.map(stepOf)]);
    case 'Fetch': {
      if (!node.requires) return rootFetchOf(node, path);
      const fetch = fetchOf(node);
      const batch = batchOf('_entities', 'representations', [path], { ...node, requires: node.requires });
      return { kind: 'entity-fetch', ...fetch, batches: [batch] };
    }
    case 'BatchFetch':
      return {
        kind: 'entity-fetch',
        ...fetchOf(node),
        batches: node.entityBatch.aliases.map((each) => {
          const paths = each.paths.map((steps) => [...path, ...steps.map(stepOf)]);
          return batchOf(each.alias, each.representationsVariableName, paths, each);
        }),
      };
    default:
      throw new Error(`The native planner made a ${node.kind} node, which the executor does not run`);
  }
}

function rootFetchOf(node: Extract<HiveNode, { kind: 'Fetch' }>, path: Path): RootFetchNode {
  return { kind: 'root-fetch', ...fetchOf(node), path, outputRewrites: rewritesOf(node.outputRewrites) };
}

function fetchOf(node: {
  serviceName: string;
  operation: string;
  operationKind?: string;
  variableUsages?: string[];
}) {
  return {
    subgraph: node.serviceName,
    operation: node.operation,
    isMutation: node.operationKind === 'mutation',
    variables: node.variableUsages ?? [],
  };
}

function batchOf(
  responseName: string,
  variable: string,
  paths: readonly Path[],
  from: { requires: RequiresSelection[]; inputRewrites?: FetchRewrite[]; outputRewrites?: FetchRewrite[] },
): EntityBatch {
  return {
    responseName,
    variable,
    paths,
    requires: from.requires.map(requirementOf),
    inputRewrites: rewritesOf(from.inputRewrites),
    outputRewrites: rewritesOf(from.outputRewrites),
  };
}

function stepOf(segment: FlattenNodePathSegment) {
  if (segment === '@') return EACH;
  return 'Field' in segment ? { field: segment.Field } : { types: segment.TypeCondition };
}

function requirementOf(selection: RequiresSelection): Requirement {
  if (selection.kind === 'FragmentSpread') throw new Error('A requirement spreads a fragment');
  if (selection.kind === 'InlineFragment') {
    const { typeCondition: type, selections } = selection;
    return { kind: 'fragment', type, selections: selections.map(requirementOf) };
  }
  const { name, alias, selections } = selection;
  // Leaves may have an empty selection.
  const inner = selections?.length ? selections.map(requirementOf) : null;
  return { kind: 'field', responseName: alias ?? name, selections: inner };
}

const NO_REWRITES: readonly Rewrite[] = [];

function rewritesOf(rewrites: readonly FetchRewrite[] | null | undefined): readonly Rewrite[] {
  if (!rewrites?.length) return NO_REWRITES;
  return rewrites.map((rewrite) => {
    if ('KeyRenamer' in rewrite) {
      const { path, renameKeyTo } = rewrite.KeyRenamer;
      return { path: path.map(rewriteStepOf), change: { renameTo: renameKeyTo } };
    }
    const { path, setValueTo } = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite;
    return { path: path.map(rewriteStepOf), change: { setTo: setValueTo } };
  });
}

function rewriteStepOf(segment: FetchNodePathSegment) {
  return 'Key' in segment ? { field: segment.Key } : { types: segment.TypenameEquals };
}
