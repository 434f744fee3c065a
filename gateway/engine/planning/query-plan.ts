/** A query plan in the one shape that the executor compiles, whichever planner made it. */
export type PlanNode =
  | SequenceNode
  | ParallelNode
  | ConditionNode
  | DeferNode
  | RootFetchNode
  | EntityFetchNode;

/** A plan of a subscription: the first fetch receives an event, the rest is run for each. */
export interface SubscriptionPlanNode {
  primary: RootFetchNode;
  rest: PlanNode | null;
}

export interface SequenceNode {
  kind: 'sequence';
  nodes: readonly PlanNode[];
}

export interface ParallelNode {
  kind: 'parallel';
  nodes: readonly PlanNode[];
}

/** Runs one of two nodes, as a boolean variable says. */
export interface ConditionNode {
  kind: 'condition';
  variable: string;
  whenTrue: PlanNode | null;
  whenFalse: PlanNode | null;
}

/** Runs one part of an operation now, and others beside it or after it. */
export interface DeferNode {
  kind: 'defer';
  primary: PlanNode | null;
  deferred: readonly DeferredPlan[];
}

/** Holds what a deferred fragment lacks when the part that it stands in is there. */
export interface DeferredPlan {
  /** The label of its `@defer`. */
  label: string;
  /** Ids of the fetches that it needs the data of. */
  depends: readonly string[];
  node: PlanNode;
}

interface Fetch {
  /** Names a fetch that deferred parts wait for. */
  id?: string;
  subgraph: string;
  /** The document that the subgraph gets. */
  operation: string;
  isMutation: boolean;
  /** Names of the client's variables that the document takes. */
  variables: readonly string[];
}

/** Fetches fields of a root type. */
export interface RootFetchNode extends Fetch {
  kind: 'root-fetch';
  /** Where they belong; empty but for a root type inside of the data. */
  path: Path;
  outputRewrites: readonly Rewrite[];
}

/** Fetches fields of entities, of one kind or of several in one document. */
export interface EntityFetchNode extends Fetch {
  kind: 'entity-fetch';
  batches: readonly EntityBatch[];
}

/** One `_entities` field of a fetch. */
export interface EntityBatch {
  /** Response name of its `_entities`. */
  responseName: string;
  /** The variable that takes its representations. */
  variable: string;
  /** Where the entities stand. */
  paths: readonly Path[];
  requires: readonly Requirement[];
  inputRewrites: readonly Rewrite[];
  outputRewrites: readonly Rewrite[];
}

/** Part of a representation. */
export type Requirement =
  | { kind: 'field'; responseName: string; selections: readonly Requirement[] | null }
  | { kind: 'fragment'; type: string; selections: readonly Requirement[] };

/** A place in the data: fields, all items of a list, or objects of some types alone. */
export type Path = readonly PathStep[];
export type PathStep = { field: string } | { types: readonly string[] } | typeof EACH;

/** Every item of a list. */
export const EACH = '@';

/** A change to what goes to a subgraph or comes from it. */
export interface Rewrite {
  /** Steps to the object; the last one is the key that is changed. */
  path: readonly Exclude<PathStep, typeof EACH>[];
  change: { setTo: unknown } | { renameTo: string };
}
