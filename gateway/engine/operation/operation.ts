import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../../request/context.ts';
import type { Refusal } from '../authorization/authorization.ts';
import { compileDoom, withoutRefused } from '../authorization/without-refused.ts';
import { type AnswerPolicy, compileCaching, type EngineCaching } from '../caching/caching.ts';
import type { CostRules } from '../cost/lists.ts';
import { compileCost, type OperationCost } from '../cost/operation-cost.ts';
import type { CostWeights } from '../cost/weights.ts';
import type { Switches } from '../document/condition-variants.ts';
import { deprecatedElements } from '../document/deprecated-elements.ts';
import { type Fragments, fragmentsOf, operationOf } from '../document/fragments.ts';
import { compileIntrospection, withoutIntrospection } from '../document/introspection.ts';
import { selectedFields } from '../document/selected-fields.ts';
import { compileVariables } from '../document/variables.ts';
import { type PlanCompilingOptions, planCompiling } from '../execution/compile-options.ts';
import { compilePlan } from '../execution/compile-plan.ts';
import { compileTold } from '../execution/root-fetch.ts';
import { addRefusal, type Run, type RunError } from '../execution/run.ts';
import type { Planner } from '../planning/planner.ts';
import type { Preparations } from '../planning/planner-documents.ts';
import type { PlanNode } from '../planning/query-plan.ts';
import type { Rest } from '../response/parts.ts';
import { compileWriter } from '../response/response-writer.ts';
import { askedErrors } from '../response/unasked-errors.ts';
import { explainNull } from '../response/unexplained-nulls.ts';
import { type CompiledSubscription, compileSubscription } from '../subscriptions/compiled-subscription.ts';
import type { LiveField } from '../subscriptions/live-fields.ts';
import type { SharedFields } from '../subscriptions/shared-fields.ts';
import { createPlanVariants } from './plan-variants.ts';

/** An operation that was compiled once and runs any number of times. */
export interface CompiledOperation {
  type: OperationDefinitionNode['operation'];
  name: string | undefined;
  /** What it asks of its root type, once for each name under which it asks. */
  rootFields: readonly string[];
  cost: OperationCost;
  /** What it asks for although it is deprecated, by schema coordinates. */
  deprecated: readonly string[];
  /** Null where its answers may not be kept. */
  cachePolicy: AnswerPolicy | null;
  /**
   * Runs it. Subgraphs that fail are errors of the result.
   *
   * @throws RefusedError where the variables are none of its own
   */
  run(variables: Readonly<Record<string, unknown>>, context: GatewayContext): Promise<OperationResult>;
  /** What it was planned for, and the planning before somebody waits for it. */
  plans: OperationPlans;
  /** Of a subscription alone, which does not run but begins. */
  subscription?: CompiledSubscription;
  /** Runs it for who takes deferred fragments later; undefined where it defers none. Throws as `run` does. */
  runInParts?: CompiledOperation['run'];
}

export interface OperationPlans {
  met(): Switches[];
  plan(switches: Switches): Promise<unknown>;
}

export interface OperationResult {
  /** JSON. */
  data: string;
  errors: readonly RunError[];
  /** What clients get beside the data, where there is any. */
  extensions?: Readonly<Record<string, unknown>>;
  /** What follows: this is not all of the data where it is there, and nothing to be kept for others. */
  rest?: Rest;
  /** The entities that it holds, where a cache has to know; null where there is no telling. */
  entities?: () => readonly string[] | null;
  /** Of HTTP, where the answer may be kept. */
  cacheControl?: string;
}

export interface CompileOptions extends PlanCompilingOptions {
  schema: GraphQLSchema;
  planner: Planner;
  weights: CostWeights;
  costs: CostRules;
  preparations: Preparations;
  /** What subscriptions are about. */
  live: {
    liveFields: ReadonlyMap<string, LiveField>;
    socketUrls: ReadonlyMap<string, string>;
    sharedFields: SharedFields;
  };
  /** Null or left out where no answer is kept. */
  caching?: EngineCaching | null;
}

/** Plans and compiles an operation of a valid document, which holds nothing else (`onlyOf`). */
export async function compileOperation(
  document: DocumentNode,
  options: CompileOptions,
): Promise<CompiledOperation> {
  const { schema, planner, fulfils, weights, costs, preparations, live, caching: engineCaching } = options;
  const operation = operationOf(document);
  const fragments = fragmentsOf(document);
  const cost = compileCost({ schema, weights, document, operation }, costs);
  const deprecated = deprecatedElements(schema, document);
  const readVariables = compileVariables(schema, operation);
  const isSubscription = operation.operation === 'subscription';
  const preparation = isSubscription ? preparations.plain : preparations.of(document);
  const { names, asksMore, prepared } = preparation;
  const write = compileWriter(schema, operation, fragments, names);
  const root = schema.getRootType(operation.operation);
  const fields = rootFields(operation, fragments, root?.name);
  const compile = (plan: PlanNode) => compilePlan(plan, planCompiling(operation.operation, options));
  if (isSubscription) {
    const asked = prepared(withoutRefused(document));
    const subscription = await compileSubscription(asked, {
      schema,
      planner,
      compile,
      compileTold: (primary) => compileTold(primary, fulfils),
      names,
      ...live,
      write,
      fields,
    });
    return {
      type: operation.operation,
      name: operation.name?.value,
      rootFields: fields.map(({ name }) => name),
      cost,
      deprecated,
      cachePolicy: null,
      run: () => Promise.reject(new Error('A subscription begins, and does not run')),
      subscription,
      plans: subscription.plans,
    };
  }
  const introspect = compileIntrospection(schema, document, operation, fields);
  const isDoomed = root ? compileDoom(root, fields) : null;
  const asked = withoutRefused(introspect ? withoutIntrospection(document) : document);
  const caching = engineCaching ? compileCaching(document, asked, schema, engineCaching) : null;
  const plans = await createPlanVariants(caching?.keyed ?? asked, {
    prepared,
    overrides: preparations.overrides,
    rootType: root?.name ?? '',
    planner,
    compile,
  });

  return {
    type: operation.operation,
    name: operation.name?.value,
    rootFields: fields.map(({ name }) => name),
    cost,
    deprecated,
    cachePolicy: caching?.policy ?? null,
    plans: { met: plans.met, plan: (switches) => plans.step(switches, { viewer: null }) },
    async run(given, context) {
      const variables = readVariables(given);
      const run: Run = { data: {}, errors: [], variables, context, names, underWay: new Map() };
      const step = await plans.step(variables, context);
      if (!isDoomed?.(variables)) await step?.(run);
      if (asksMore) run.errors = askedErrors(run, { schema, operation, fragments, names });
      const introspected = introspect?.(given) ?? {};
      const path: (string | number)[] = [];
      const invalid = (message: string) => explainNull(run.errors, message, path);
      const refuse = (refusal: Refusal) => addRefusal(run, refusal, [...path]);
      const data = write(run.data, { variables, introspected, path, invalid, refuse });
      return { data, errors: run.errors, ...(caching && { entities: () => caching.tagsOf(run.data) }) };
    },
  };
}

/** What an operation asks of its root type. */
export function rootFields(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
  root: string | undefined,
) {
  return selectedFields([{ selectionSet, conditions: [] }], fragments, (condition) => condition === root);
}
