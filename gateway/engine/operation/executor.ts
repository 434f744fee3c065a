import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { PlanningConfig } from '../../config/planning.ts';
import type { EngineCaching } from '../caching/caching.ts';
import type { CostRules } from '../cost/lists.ts';
import type { CostWeights } from '../cost/weights.ts';
import type { Fragments } from '../document/fragments.ts';
import type { Run } from '../execution/run.ts';
import type { SubgraphEndpoints } from '../execution/send.ts';
import type { DataNames } from '../planning/data-names.ts';
import type { PlannedSubscription } from '../subscriptions/compiled-subscription.ts';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import type { CompiledOperation, OperationPlans } from './compiled-operation.ts';

/**
 * Runs the operations of one supergraph against its subgraphs. All that is enforced stands before it and is the same for
 * every executor: limits, documents, costs, and what a viewer may not read.
 */
export interface Executor {
  /** Whether it answers in parts where an operation asks for that. */
  defers: boolean;
  /**
   * Compiles a valid document of one operation and its fragments, in which what the viewer may not read is marked.
   *
   * @throws RefusedError where the operation is one that it cannot run
   */
  compile(document: DocumentNode, options: CompileOptions): Promise<CompiledOperation>;
  /** Resolves when it can run operations; rejects where it never will. */
  ready(): Promise<void>;
  /** Ends what it started; what runs goes on. */
  close(): void;
}

/** An executor of one supergraph is made of these. */
export interface ExecutorOptions {
  loaded: LoadedSupergraph;
  endpoints: SubgraphEndpoints;
  /** Where subgraphs tell of events themselves. */
  socketUrls: ReadonlyMap<string, string>;
  planning: PlanningConfig;
  log: Logger;
}

/** Every operation of a supergraph is compiled with these, whoever executes it. */
export interface CompileOptions {
  schema: GraphQLSchema;
  weights: CostWeights;
  costs: CostRules;
  /** Null or left out where no answer is kept. */
  caching?: EngineCaching | null;
  /** Called each time a plan is asked of a planner. */
  onPlan(): void;
  /** Awaited between the steps of the work, each of which takes some time for a large document. */
  nextTurn(): Promise<void>;
}

/** How an executor runs one operation. */
export interface OperationExecution {
  /** Prepares a query or a mutation. */
  prepare(operation: PreparableOperation): Promise<PreparedOperation>;
  /** Names under which a subscription's data stand in a run. */
  subscriptionNames: DataNames;
  /** Plans a subscription whose `@skip` and `@include` are decided. */
  planSubscription(document: DocumentNode): Promise<PlannedSubscription>;
}

/** A query or a mutation that is to be run. */
export interface PreparableOperation {
  /** As the client wrote it, with its fragments. */
  document: DocumentNode;
  /**
   * The document to be fetched: it holds nothing that the viewer may not read, and nothing that the gateway answers
   * itself.
   */
  fetched: DocumentNode;
  operation: OperationDefinitionNode;
  fragments: Fragments;
  /** Name of the type that holds the operation's fields. */
  rootType: string;
}

export interface PreparedOperation {
  /** Names under which its data stand in a run. */
  names: DataNames;
  plans: OperationPlans;
  /** Fetches into the run. Subgraphs that fail are errors of the run. `given` are the variables as the client sent them. */
  execute(run: Run, given: Readonly<Record<string, unknown>>): Promise<void>;
}
