import type { PlanNode as ApolloNode, QueryPlan } from '@apollo/query-planner';
import {
  type DeferredPlan,
  EACH,
  type Path,
  type PathStep,
  type PlanNode,
  type Requirement,
  type Rewrite,
  type SubscriptionPlanNode,
} from './query-plan.ts';

type ApolloFetch = Extract<ApolloNode, { kind: 'Fetch' }>;
type ApolloRewrite = NonNullable<ApolloFetch['inputRewrites']>[number];
type ApolloDeferred = Extract<ApolloNode, { kind: 'Defer' }>['deferred'][number];
type ApolloRequirement = NonNullable<ApolloFetch['requires']>[number];

/** Null where no subgraph is needed. Throws where the operation is a subscription. */
export function planOf(node: QueryPlan['node']): PlanNode | null {
  if (node === undefined) return null;
  if (node.kind === 'Subscription') throw new Error('A subscription is no query');
  return nodeOf(node, []);
}

/** Null where no subgraph is needed. Throws where the operation is no subscription. */
export function subscriptionPlanOf(node: QueryPlan['node']): SubscriptionPlanNode | null {
  if (node === undefined) return null;
  if (node.kind !== 'Subscription') throw new Error('A query is no subscription');
  const primary = fetchOf(node.primary, []);
  if (primary.kind !== 'root-fetch') throw new Error('A subscription begins with an entity');
  return { primary, rest: node.rest === undefined ? null : nodeOf(node.rest, []) };
}

function nodeOf(node: ApolloNode, path: Path): PlanNode {
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
      return nodeOf(node.node, [...path, ...node.path.flatMap(stepsOf)]);
    case 'Fetch':
      return fetchOf(node, path);
    case 'Defer':
      return {
        kind: 'defer',
        primary: node.primary.node ? nodeOf(node.primary.node, path) : null,
        deferred: node.deferred.flatMap((each) => deferredOf(each, path)),
      };
  }
}

/** None where everything is fetched with the part that it stands in. */
function deferredOf({ label, depends, node }: ApolloDeferred, path: Path): DeferredPlan[] {
  if (node === undefined) return [];
  if (label === undefined) throw new Error('A deferred fragment has no label');
  return [{ label, depends: depends.map(({ id }) => id), node: nodeOf(node, path) }];
}

function fetchOf(node: ApolloFetch, path: Path): PlanNode {
  if (node.contextRewrites?.length) throw new Error('The executor sets no arguments from context');
  const fetch = {
    ...(node.id !== undefined && { id: node.id }),
    subgraph: node.serviceName,
    operation: node.operation,
    isMutation: node.operationKind === 'mutation',
    variables: node.variableUsages ?? [],
  };
  const outputRewrites = (node.outputRewrites ?? []).map(rewriteOf);
  if (node.requires === undefined) return { kind: 'root-fetch', ...fetch, path, outputRewrites };
  const batch = {
    responseName: '_entities',
    variable: 'representations',
    paths: [path],
    requires: node.requires.flatMap(requirementsOf),
    inputRewrites: (node.inputRewrites ?? []).map(rewriteOf),
    outputRewrites,
  };
  return { kind: 'entity-fetch', ...fetch, batches: [batch] };
}

/** A step may say of which types the objects are, as in "@|[Film,Song]"; an empty one is the root. */
function stepsOf(segment: string | number): PathStep[] {
  const [name = '', types] = String(segment).split('|');
  if (name === '') return [];
  const step = name === '@' ? EACH : { field: name };
  return types === undefined ? [step] : [step, { types: types.slice(1, -1).split(',') }];
}

/** A fragment without a condition is its fields. */
function requirementsOf(selection: ApolloRequirement): Requirement[] {
  if (selection.kind === 'Field') {
    const { name, alias, selections } = selection;
    return [
      { kind: 'field', responseName: alias ?? name, selections: selections?.flatMap(requirementsOf) ?? null },
    ];
  }
  const selections = selection.selections.flatMap(requirementsOf);
  const { typeCondition: type } = selection;
  return type === undefined ? selections : [{ kind: 'fragment', type, selections }];
}

const FRAGMENT = '... on ';

function rewriteOf(rewrite: ApolloRewrite): Rewrite {
  const path = rewrite.path.map((step) =>
    step.startsWith(FRAGMENT) ? { types: [step.slice(FRAGMENT.length)] } : { field: step },
  );
  const change =
    rewrite.kind === 'KeyRenamer' ? { renameTo: rewrite.renameKeyTo } : { setTo: rewrite.setValueTo };
  return { path, change };
}
