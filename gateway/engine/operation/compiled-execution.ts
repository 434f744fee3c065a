import { type DocumentNode, type OperationTypeNode, parse } from 'graphql';
import type { CacheControl } from '../caching/cache-control.ts';
import { operationOf } from '../document/fragments.ts';
import { compileOptions } from '../execution/compile-options.ts';
import { compilePlan, compileReceived } from '../execution/compile-plan.ts';
import type { RepresentationCache } from '../execution/representation-cache.ts';
import type { Run, Step } from '../execution/run.ts';
import type { SubgraphEndpoints } from '../execution/send.ts';
import type { TypeConditionTest } from '../execution/walk.ts';
import type { DataNames } from '../planning/data-names.ts';
import type { Planner } from '../planning/planner.ts';
import type { PlannerInput, PlannerInputs } from '../planning/planner-input.ts';
import type { PlanNode } from '../planning/query-plan.ts';
import { askedErrors } from '../response/unasked-errors.ts';
import { type PlannedSubscription, subscriptionRefusal } from '../subscriptions/compiled-subscription.ts';
import { compileEventData } from '../subscriptions/event-data.ts';
import type { LiveField } from '../subscriptions/live-fields.ts';
import { planUpstream } from '../subscriptions/pass-through.ts';
import type { Payload } from '../subscriptions/payload.ts';
import { rootField } from '../subscriptions/root-field.ts';
import type { SharedFields } from '../subscriptions/shared-fields.ts';
import type {
  CompileOptions,
  OperationExecution,
  PreparableOperation,
  PreparedOperation,
} from './executor.ts';
import { createPlanVariants, type PlanVariants } from './plan-variants.ts';

/** The operations of one supergraph are planned and compiled with these. */
export interface ExecutionParts {
  planner: Planner;
  endpoints: SubgraphEndpoints;
  cacheControl: CacheControl;
  typeApplies: TypeConditionTest;
  representations: RepresentationCache;
  plannerInputs: PlannerInputs;
  liveFields: ReadonlyMap<string, LiveField>;
  /** Where subgraphs speak graphql-transport-ws, if they do. */
  socketUrls: ReadonlyMap<string, string>;
  /** Which fields look the same to all. */
  sharedFields: SharedFields;
}

/** Executes one operation with plans that are compiled to closures. */
export class CompiledExecution implements OperationExecution {
  readonly parts: ExecutionParts;
  readonly #options: CompileOptions;
  readonly #type: OperationTypeNode;

  constructor(parts: ExecutionParts, options: CompileOptions, type: OperationTypeNode) {
    this.parts = parts;
    this.#options = options;
    this.#type = type;
  }

  async prepare({
    document,
    fetched,
    operation,
    fragments,
    rootType,
  }: PreparableOperation): Promise<PreparedOperation> {
    const { schema } = this.#options;
    const plannerInput = this.parts.plannerInputs.of(document);
    const { names, selectsMore } = plannerInput;
    const variants = await this.planVariants(fetched, rootType, plannerInput);
    return {
      names,
      plans: {
        used: variants.used,
        plan: (conditionValues) => variants.step(conditionValues, { viewer: null }),
      },
      async execute(run) {
        const step = await variants.step(run.variables, run.context);
        await step?.(run);
        if (selectsMore) run.errors = askedErrors(run, { schema, operation, fragments, names });
      },
    };
  }

  get subscriptionNames(): DataNames {
    return this.parts.plannerInputs.plain.names;
  }

  async planSubscription(decided: DocumentNode): Promise<PlannedSubscription> {
    const { planner, plannerInputs, typeApplies, socketUrls, liveFields, sharedFields } = this.parts;
    const document = plannerInputs.plain.documentFor(decided);
    const plan = await planner.planSubscription({ document, operation: operationOf(document) });
    if (plan === null) throw subscriptionRefusal('This subscription asks for nothing.');
    const { primary } = plan;
    const rest = plan.rest && this.#compile(plan.rest);
    const socketUrl = socketUrls.get(primary.subgraph);
    if (socketUrl !== undefined) {
      const receive = compileReceived(primary, typeApplies);
      return planUpstream(primary, socketUrl, async (run, received) => {
        await receive(run, received);
        await rest?.(run);
      });
    }
    const node = rootField(parse(primary.operation, { noLocation: true }));
    const field = node && liveFields.get(node.name.value);
    if (node?.selectionSet === undefined || field?.subgraph !== primary.subgraph)
      throw subscriptionRefusal('Write one field of Subscription.');
    const dataOf = compileEventData(node.selectionSet);
    const responseName = (node.alias ?? node.name).value;
    return {
      field,
      node,
      sharedScopes: sharedFields.scopesOf(plan.rest),
      fill: async (run: Run, payload: Payload) => {
        run.data[responseName] = dataOf(payload);
        await rest?.(run);
      },
    };
  }

  /** The plans of a document that holds nothing but what is fetched. */
  planVariants(
    fetched: DocumentNode,
    rootType: string,
    { documentFor }: Pick<PlannerInput, 'documentFor'>,
  ): Promise<PlanVariants> {
    const { planner, plannerInputs } = this.parts;
    return createPlanVariants(fetched, {
      documentFor,
      overrides: plannerInputs.overrides,
      rootType,
      planner,
      compile: (plan) => this.#compile(plan),
    });
  }

  #compile(plan: PlanNode): Step {
    return compilePlan(plan, compileOptions(this.#type, this.parts));
  }
}
