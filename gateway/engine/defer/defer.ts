import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewayContext } from '../../request/context.ts';
import { compileDoom, withoutRefused } from '../authorization/without-refused.ts';
import { compileCaching } from '../caching/caching.ts';
import { fragmentsOf, onlyOf, operationOf } from '../document/fragments.ts';
import { compileIntrospection, withoutIntrospection } from '../document/introspection.ts';
import { compileVariables } from '../document/variables.ts';
import { planCompiling } from '../execution/compile-options.ts';
import { compilePlan } from '../execution/compile-plan.ts';
import {
  type CompiledOperation,
  type CompileOptions,
  compileOperation,
  rootFields,
} from '../operation/operation.ts';
import { createPlanVariants } from '../operation/plan-variants.ts';
import { PlannerBusyError } from '../planning/planner-queue.ts';
import { compilePartWriter } from '../response/response-writer.ts';
import {
  type DeferredFragment,
  deferVariables,
  takeApart,
  withoutDefer,
  writeOutDeferring,
} from './fragments.ts';
import { type CompiledFragment, type CompiledParts, runParts } from './run.ts';

/** Operations of which variables decide what is deferred are compiled anew for each decision; so many are kept. */
const DECISIONS_KEPT = 8;

/**
 * Plans and compiles an operation that defers: as one answer for who takes but one, and in parts. The document holds
 * nothing else. `onFailure` hears why one cannot be planned in parts: then all that it asks for comes at once.
 */
export async function compileDeferring(
  document: DocumentNode,
  options: CompileOptions,
  onFailure: (error: unknown) => void,
): Promise<CompiledOperation> {
  const { schema, planner, fulfils, preparations, caching: engineCaching } = options;
  const { names, prepared } = preparations.plain;
  const operation = operationOf(document);
  const root = rootOf(schema, operation);
  const fragments = fragmentsOf(document);
  const selectionSet = writeOutDeferring(operation, fragments);
  const whole = await compileOperation(withoutDefer(document), options);
  // What is asked otherwise than the client wrote it cannot be told apart by its parts.
  if (preparations.isMisplanned(document)) return whole;

  const readVariables = compileVariables(schema, operation);
  const fields = rootFields(operation, fragments, root.name);
  const introspect = compileIntrospection(schema, document, operation, fields);
  const isDoomed = compileDoom(root, fields);
  const deciding = [...deferVariables(document)];
  const decisions = new LRUCache<string, Promise<CompiledParts | null>>({ max: DECISIONS_KEPT });

  /** Null where nothing is deferred. */
  async function compile(isDeferred: (variable: string) => boolean): Promise<CompiledParts | null> {
    const apart = takeApart(root, selectionSet, { schema, names, isDeferred });
    if (apart.deferred.length === 0) return null;
    const writer = { schema, fragments, names };
    const compileFragment = (fragment: DeferredFragment): CompiledFragment => ({
      ...fragment,
      write: compilePartWriter(fragment.type, fragment.selectionSet, writer),
      inner: fragment.inner.map(compileFragment),
    });
    const asked = plannedDocument(apart.planned);
    // Queries are not kept in parts; what a mutation changed has to be known all the same.
    const caching =
      engineCaching && operation.operation === 'mutation'
        ? compileCaching(document, asked, schema, engineCaching)
        : null;
    return {
      plans: await createPlanVariants(caching?.keyed ?? asked, {
        prepared,
        overrides: preparations.overrides,
        rootType: root.name,
        planner,
        compile: (plan) => compilePlan(plan, planCompiling(operation.operation, options)),
      }),
      write: compilePartWriter(root, apart.selectionSet, writer),
      selectionSet: apart.selectionSet,
      deferred: apart.deferred.map(compileFragment),
      fragments,
      fulfils,
      names,
      tagsOf: caching?.tagsOf ?? null,
    };
  }

  function plannedDocument(planned: SelectionSetNode): DocumentNode {
    const labelled = { ...operation, selectionSet: planned };
    const definitions = [labelled, ...fragments.values()];
    const asked = onlyOf({ kind: Kind.DOCUMENT, definitions }, labelled);
    return withoutRefused(introspect ? withoutIntrospection(asked) : asked);
  }

  /** Null where all of it comes at once. */
  async function partsFor(variables: Readonly<Record<string, unknown>>, context: GatewayContext) {
    const isDeferred = (variable: string) => variables[variable] !== false;
    const key = deciding.filter(isDeferred).join(' ');
    const known = decisions.get(key) ?? compile(isDeferred);
    decisions.set(key, known);
    try {
      const parts = await known;
      return parts && { parts, step: await parts.plans.step(variables, context) };
    } catch (error) {
      // The next one who asks may find less under way.
      if (error instanceof PlannerBusyError) {
        decisions.delete(key);
        throw error;
      }
      onFailure(error);
      decisions.set(key, Promise.resolve(null));
      return null;
    }
  }

  return {
    ...whole,
    async runInParts(given, context) {
      const variables = readVariables(given);
      const planned = isDoomed(variables) ? null : await partsFor(variables, context);
      if (planned === null) return whole.run(given, context);
      const introspected = introspect?.(given) ?? {};
      return runParts(planned.parts, planned.step, { variables, context, introspected });
    },
  };
}

function rootOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode): GraphQLObjectType {
  const root = schema.getRootType(operation);
  if (!root) throw new Error(`The schema has no ${operation}`);
  return root;
}
