import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { GatewayContext } from '../../request/context.ts';
import { gatewayError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';
import { type Refusal, refusalOf } from '../authorization/authorization.ts';
import { type ConditionValues, createConditionVariants } from '../document/condition-variants.ts';
import { operationOf } from '../document/fragments.ts';
import type { SelectedField } from '../document/selected-fields.ts';
import { addRefusal, type Run } from '../execution/run.ts';
import type { DataNames } from '../planning/data-names.ts';
import type { WriteResponse } from '../response/response-writer.ts';
import { explainNull } from '../response/unexplained-nulls.ts';
import type { SubgraphResponse } from '../transport/endpoint.ts';
import type { LiveField } from './live-fields.ts';
import type { BegunPassThrough, CompletedEvent, PlannedUpstream } from './pass-through.ts';
import type { Payload } from './payload.ts';
import { isConditional } from './root-field.ts';

/** A subscription that was planned and compiled once; every event of every subscriber runs it. */
export interface CompiledSubscription {
  /** @throws RefusedError where the variables are none of its own */
  begin(variables: Readonly<Record<string, unknown>>): Promise<BegunSubscription | BegunPassThrough>;
  /** Its plans: what they were made for, and the making of one before somebody waits for it. */
  plans: { used(): ConditionValues[]; plan(conditionValues: ConditionValues): Promise<unknown> };
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
  /** A subscriber's token must hold all of these. */
  scopes: readonly string[];
}

export interface CompileSubscriptionOptions {
  schema: GraphQLSchema;
  names: DataNames;
  /** Plans it for one set of values that `@skip` and `@include` were given. */
  plan(decided: DocumentNode): Promise<PlannedSubscription>;
  write: WriteResponse;
  /** The fields of the root, with the refusals that they are marked with. */
  fields: readonly SelectedField[];
}

/** One plan of a subscription. */
export type PlannedSubscription = PlannedLive | PlannedUpstream;

/** A subscription to what live sources tell. */
export interface PlannedLive {
  field: LiveField;
  /** The root field, with its arguments. */
  node: FieldNode;
  /** Null where what it selects may differ from viewer to viewer. */
  sharedScopes: readonly string[] | null;
  /** Brings an event's data to a run: the payload, and what subgraphs know of it. */
  fill(run: Run, payload: Payload): Promise<void>;
}

let compiledCount = 0;

/** Compiles a subscription: a document of it and its fragments alone. */
export async function compileSubscription(
  document: DocumentNode,
  { schema, names, plan, write, fields }: CompileSubscriptionOptions,
): Promise<CompiledSubscription> {
  refuseWhatIsRefused(fields);
  const operation = operationOf(document);
  if (isConditional(document, operation.selectionSet))
    throw subscriptionRefusal('Write the subscription field without @skip and @include.');
  const inner = [...variablesInside(document, schema.getSubscriptionType()?.name ?? '')];
  const plans = createConditionVariants(document, plan);
  compiledCount += 1;
  const id = compiledCount;

  return {
    plans: { used: plans.used, plan: plans.for },
    async begin(given) {
      const variables = coerce(schema, operation, given);
      const planned = await plans.for(variables);
      const completeFrom = async (
        fill: (run: Run) => Promise<void>,
        context: GatewayContext,
      ): Promise<CompletedEvent> => {
        const run: Run = { data: {}, errors: [], variables, context, names, underWay: new Map() };
        await fill(run);
        const path: (string | number)[] = [];
        const reportInvalid = (message: string) => explainNull(run.errors, message, path);
        const reportRefusal = (refused: Refusal) => addRefusal(run, refused, [...path]);
        const text = write(run.data, { variables, introspected: {}, path, reportInvalid, reportRefusal });
        return { data: text, errors: run.errors };
      };
      if ('operationWith' in planned) {
        return {
          upstream: planned.operationWith(variables),
          complete: (received: SubgraphResponse, context: GatewayContext) =>
            completeFrom((run) => planned.fill(run, received), context),
        };
      }
      const { field, node, sharedScopes } = planned;
      const valuesInside = JSON.stringify(inner.map((name) => variables[name]));
      return {
        field,
        args: getArgumentValues(field.definition, node, variables),
        shared: sharedScopes && { key: `${id} ${valuesInside}`, scopes: sharedScopes },
        complete: (payload: Payload, context: GatewayContext) =>
          completeFrom((run) => planned.fill(run, payload), context),
      };
    },
  };
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

/** A subscription that is not one that the gateway can serve. */
export function subscriptionRefusal(message: string): RefusedError {
  return new RefusedError([gatewayError('BAD_REQUEST', message, { status: 400 })]);
}
