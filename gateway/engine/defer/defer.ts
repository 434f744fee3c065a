import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewayContext } from '../../request/context.ts';
import { compileRefusesAll, withoutRefused } from '../authorization/authorization.ts';
import { compileCaching } from '../caching/caching.ts';
import { fragmentsOf, onlyOf, operationOf } from '../document/fragments.ts';
import { compileIntrospection, withoutIntrospection } from '../document/introspection.ts';
import { compileVariables } from '../document/variables.ts';
import type { CompiledExecution } from '../operation/compiled-execution.ts';
import type { CompiledOperation } from '../operation/compiled-operation.ts';
import type { CompileOptions } from '../operation/executor.ts';
import { compileOperation, rootFields, rootOf } from '../operation/operation.ts';
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
 * nothing else. `onFailure` is called with why one cannot be planned in parts: then all that it asks for comes at once.
 */
export async function compileDeferring(
  document: DocumentNode,
  options: CompileOptions,
  execution: CompiledExecution,
  onFailure: (error: unknown) => void,
): Promise<CompiledOperation> {
  const { schema, caching: engineCaching } = options;
  const { typeApplies, plannerInputs } = execution.parts;
  const { names } = plannerInputs.plain;
  const operation = operationOf(document);
  const root = rootOf(schema, operation);
  const fragments = fragmentsOf(document);
  const selectionSet = writeOutDeferring(operation, fragments);
  const whole = await compileOperation(withoutDefer(document), options, execution);
  // An operation that is asked otherwise than the client wrote it cannot be split into its parts.
  if (plannerInputs.isMisplanned(document)) return whole;

  const readVariables = compileVariables(schema, operation);
  const fields = rootFields(operation, fragments, root.name);
  const introspect = compileIntrospection(schema, document, operation, fields);
  const refusesAll = compileRefusesAll(root, fields);
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
      plans: await execution.planVariants(caching?.keyed ?? asked, root.name, plannerInputs.plain),
      write: compilePartWriter(root, apart.selectionSet, writer),
      selectionSet: apart.selectionSet,
      deferred: apart.deferred.map(compileFragment),
      fragments,
      typeApplies,
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
      const planned = refusesAll(variables) ? null : await partsFor(variables, context);
      if (planned === null) return whole.run(given, context);
      const introspected = introspect?.(given) ?? {};
      return runParts(planned.parts, planned.step, { variables, context, introspected });
    },
  };
}
