import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import type { GatewayContext } from '../../request/context.ts';
import { gatewayError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';
import { type Refusal, refusalOf } from '../authorization/authorization.ts';
import { createSwitched, type Switches } from '../document/condition-variants.ts';
import { operationOf } from '../document/fragments.ts';
import type { SelectedField } from '../document/selected-fields.ts';
import { addRefusal, type Run, type Step } from '../execution/run.ts';
import type { DataNames } from '../planning/data-names.ts';
import type { Planner } from '../planning/planner.ts';
import type { PlanNode } from '../planning/query-plan.ts';
import type { WriteResponse } from '../response/response-writer.ts';
import { explainNull } from '../response/unexplained-nulls.ts';
import type { SubgraphResponse } from '../transport/endpoint.ts';
import type { JsonObject } from '../transport/json.ts';
import type { CompletedEvent } from './completed-event.ts';
import { compileSeed } from './event-data.ts';
import type { LiveField } from './live-fields.ts';
import {
  type BegunPassThrough,
  type CompileTold,
  type PlannedUpstream,
  planUpstream,
} from './pass-through.ts';
import type { Payload } from './payload.ts';
import { isConditional, rootField } from './root-field.ts';
import type { SharedFields } from './shared-fields.ts';

/** A subscription that was planned and compiled once; every event of every subscriber runs it. */
export interface CompiledSubscription {
  /** @throws RefusedError where the variables are none of its own */
  begin(variables: Readonly<Record<string, unknown>>): Promise<BegunSubscription | BegunPassThrough>;
  /** What it was planned for, and the planning before somebody waits for it. */
  plans: { met(): Switches[]; plan(switches: Switches): Promise<unknown> };
}

/** A compiled subscription with its variables. */
export interface BegunSubscription {
  field: LiveField;
  /** The field's arguments, coerced. */
  args: Readonly<Record<string, unknown>>;
  /** Null where what it selects may differ from viewer to viewer. */
  shared: SharedSelection | null;
  /** Makes the result of one event. Subgraphs that fail are errors of the result. */
  complete(payload: Payload, context: GatewayContext): Promise<CompletedEvent>;
}

/** A selection that looks the same to everybody who listens. */
export interface SharedSelection {
  /** The same for the same document with the same variables, wherever they begin to listen. */
  key: string;
  /** What a subscriber's token must hold, all of them. */
  scopes: readonly string[];
}

export interface CompileSubscriptionOptions {
  schema: GraphQLSchema;
  planner: Planner;
  compile(plan: PlanNode): Step;
  compileTold: CompileTold;
  names: DataNames;
  liveFields: ReadonlyMap<string, LiveField>;
  /** Where subgraphs speak graphql-transport-ws, if they do. */
  socketUrls: ReadonlyMap<string, string>;
  sharedFields: SharedFields;
  write: WriteResponse;
  /** Of the root, with the refusals that they are marked with. */
  fields: readonly SelectedField[];
}

let compiledCount = 0;

/** One plan of a subscription, for one set of values that `@skip` and `@include` were given. */
interface Planned {
  /** What an event begins with: a payload of ours, or what a subgraph tells. */
  source: PlannedLive | PlannedUpstream;
  rest: Step | null;
}

interface PlannedLive {
  field: LiveField;
  /** The root field, with its arguments. */
  node: FieldNode;
  seed(payload: Payload): JsonObject;
  sharedScopes: readonly string[] | null;
}

/** Plans and compiles a subscription: a document of it and its fragments alone. */
export async function compileSubscription(
  document: DocumentNode,
  options: CompileSubscriptionOptions,
): Promise<CompiledSubscription> {
  const { schema, names, write } = options;
  refuseWhatIsRefused(options.fields);
  const operation = operationOf(document);
  if (isConditional(document, operation.selectionSet))
    throw badRequest('Write the subscription field without @skip and @include.');
  const inner = [...variablesInside(document, schema.getSubscriptionType()?.name ?? '')];
  const plans = createSwitched(document, (decided) => planSubscription(decided, options));
  compiledCount += 1;
  const id = compiledCount;

  return {
    plans: { met: plans.met, plan: plans.for },
    async begin(given) {
      const variables = coerce(schema, operation, given);
      const { source, rest } = await plans.for(variables);
      const completeFrom = async (
        begin: (run: Run) => Promise<void> | void,
        context: GatewayContext,
      ): Promise<CompletedEvent> => {
        const run: Run = { data: {}, errors: [], variables, context, names, underWay: new Map() };
        await begin(run);
        await rest?.(run);
        const path: (string | number)[] = [];
        const invalid = (message: string) => explainNull(run.errors, message, path);
        const refuse = (refused: Refusal) => addRefusal(run, refused, [...path]);
        const text = write(run.data, { variables, introspected: {}, path, invalid, refuse });
        return { data: text, errors: run.errors };
      };
      if ('take' in source) {
        return {
          upstream: source.operationWith(variables),
          complete: (told: SubgraphResponse, context: GatewayContext) =>
            completeFrom((run) => source.take(run, told), context),
        };
      }
      const { field, node, seed, sharedScopes } = source;
      const told = JSON.stringify(inner.map((name) => variables[name]));
      const responseName = (node.alias ?? node.name).value;
      return {
        field,
        args: getArgumentValues(field.definition, node, variables),
        shared: sharedScopes && { key: `${id} ${told}`, scopes: sharedScopes },
        complete(payload: Payload, context: GatewayContext) {
          const begin = (run: Run) => {
            run.data[responseName] = seed(payload);
          };
          return completeFrom(begin, context);
        },
      };
    },
  };
}

async function planSubscription(
  document: DocumentNode,
  { planner, compile, compileTold, liveFields, socketUrls, sharedFields }: CompileSubscriptionOptions,
): Promise<Planned> {
  const plan = await planner.planSubscription({ document, operation: operationOf(document) });
  if (plan === null) throw badRequest('This subscription asks for nothing.');
  const { primary } = plan;
  const rest = plan.rest && compile(plan.rest);
  const socketUrl = socketUrls.get(primary.subgraph);
  if (socketUrl !== undefined) return { source: planUpstream(primary, socketUrl, compileTold), rest };
  const node = rootField(parse(primary.operation, { noLocation: true }));
  const field = node && liveFields.get(node.name.value);
  if (node?.selectionSet === undefined || field?.subgraph !== primary.subgraph)
    throw badRequest('Write one field of Subscription.');
  const sharedScopes = sharedFields.scopesOf(plan.rest);
  return { source: { field, node, seed: compileSeed(node.selectionSet), sharedScopes }, rest };
}

/** Throws RefusedError where the viewer may not listen at all. */
function refuseWhatIsRefused(fields: readonly SelectedField[]): void {
  for (const { node } of fields.flatMap(({ nodes }) => nodes)) {
    const refusal = refusalOf(node);
    if (refusal === undefined) continue;
    const status = refusal.code === 'UNAUTHENTICATED' ? 401 : 403;
    throw new RefusedError([gatewayError(refusal.code, refusal.message, { status })]);
  }
}

function coerce(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, given);
  if (coerced !== undefined) return coerced;
  throw new RefusedError(
    (errors ?? []).map(({ message }) => gatewayError('BAD_USER_INPUT', message, { status: 400 })),
  );
}

/** Variables that decide what an event looks like; the others only say what is listened to, and from where. */
function variablesInside(document: DocumentNode, rootType: string): ReadonlySet<string> {
  const used = new Set<string>();
  let depth = 0;
  visit(document, {
    VariableDefinition: () => false,
    OperationDefinition() {
      depth = 0;
    },
    FragmentDefinition({ typeCondition }) {
      depth = typeCondition.name.value === rootType ? 0 : 1;
    },
    Field: {
      enter(node) {
        depth += 1;
        return depth === 1 ? { ...node, arguments: [] } : undefined;
      },
      leave() {
        depth -= 1;
      },
    },
    Variable({ name }) {
      used.add(name.value);
    },
  });
  return used;
}

function badRequest(message: string): RefusedError {
  return new RefusedError([gatewayError('BAD_REQUEST', message, { status: 400 })]);
}
