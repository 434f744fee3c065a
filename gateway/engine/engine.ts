import { NoSchemaIntrospectionCustomRule, specifiedRules, type ValidationRule } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, PlanCacheState, PlanCause } from '#observability/metrics.ts';
import { withSpan } from '#observability/tracing.ts';
import type { Viewer } from '#platform/viewer.ts';
import { RefusedError } from '../request/refused-error.ts';
import { type AuthorizationOptions, createAuthorization } from './authorization/authorization.ts';
import { readCacheControl } from './caching/cache-control.ts';
import { createEngineCaching } from './caching/caching.ts';
import type { InvalidatedEntities } from './caching/invalidated-entities.ts';
import type { CostRules } from './cost/lists.ts';
import { readCostWeights } from './cost/weights.ts';
import { DEFER_RULES, withDeferDirective } from './document/defer-rules.ts';
import { sizeOf } from './document/operation-size.ts';
import { readOperation } from './document/read-operation.ts';
import type { CompiledOperation } from './operation/compiled-operation.ts';
import type { CompileOptions, Executor } from './operation/executor.ts';
import { createVariants, type OperationVariants, type UsedVariant } from './operation/viewer-variants.ts';
import type { LoadedSupergraph } from './supergraph/supergraph.ts';
import { createTurns } from './turns.ts';

/** Parses, validates, plans and compiles the operations of one supergraph, each once. */
export interface Engine {
  /** What events say of answers that are kept; null where none is. */
  invalidatedEntities: InvalidatedEntities | null;
  /**
   * The operation that a document holds under this name, as this viewer may run it.
   *
   * @param onLookup hears whether somebody had it compiled before
   * @throws RefusedError where the document cannot be run
   */
  operation(
    source: string,
    name: string | undefined,
    viewer: Viewer | null,
    onLookup?: (isKept: boolean) => void,
  ): Promise<CompiledOperation>;
  /** What is compiled and kept now. */
  kept(): PlanCacheState;
  /** The operations that were run most, the most of all first. */
  mostUsed(limit: number): Promise<UsedOperation[]>;
  /**
   * Compiles an operation of another engine before anybody runs it here.
   *
   * @throws RefusedError where it cannot be run here
   */
  warm(operation: UsedOperation): Promise<void>;
  /** Resolves when it can plan; rejects where it never will. */
  ready(): Promise<void>;
  /** Ends what plans; what runs goes on. */
  close(): void;
}

/** An operation that somebody ran. */
export interface UsedOperation {
  source: string;
  name: string | undefined;
  /** How often; halved with each supergraph, so that what nobody runs any more is forgotten. */
  uses: number;
  variants: readonly UsedVariant[];
}

interface Kept extends Omit<UsedOperation, 'variants'> {
  /** Somebody ran it, or it was warmed. */
  isKnown: boolean;
  /** Estimated, of all its variants so far. */
  bytes: number;
  variants: Promise<OperationVariants>;
}

export interface EngineLimits {
  /** Of a document. */
  tokens: number;
  costs: CostRules;
  authorization: AuthorizationOptions;
  /** Checked before those of the specification. */
  rules: readonly ValidationRule[];
  introspection: boolean;
  /** How much memory compiled operations may take, as `sizeOf` estimates it, bytes. */
  cacheBytes: number;
  /** Whether answers are kept where the supergraph allows it. */
  caching: boolean;
}

export interface EngineOptions {
  loaded: LoadedSupergraph;
  executor: Executor;
  limits: EngineLimits;
  log: Logger;
  metrics: Metrics;
}

/** Of a character of a document, which is kept as key and as source. */
const KEY_BYTES = 4;

/** Makes the engine of a supergraph. */
export function createEngine({ loaded, executor, limits, log, metrics }: EngineOptions): Engine {
  const deferSchema = withDeferDirective(loaded.schema);
  const rules = [
    ...specifiedRules,
    ...DEFER_RULES,
    ...(limits.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  // The limits first: they bound what the rules of the specification take to check.
  const documentRules = { schema: deferSchema, tokens: limits.tokens, rules: [limits.rules, rules] };
  const authorization = createAuthorization(loaded, limits.authorization, log);
  const caching = limits.caching
    ? createEngineCaching(loaded, readCacheControl(loaded.supergraphSchema))
    : null;
  const operations = new LRUCache<string, Kept>({
    maxSize: limits.cacheBytes,
    sizeCalculation: ({ bytes }) => bytes,
  });
  const { begin, goOn } = createTurns();

  // Until the first request it is warmed alone.
  let cause: PlanCause = 'reload';
  const compileOptions: CompileOptions = {
    schema: executor.defers ? deferSchema : loaded.schema,
    weights: readCostWeights(loaded),
    costs: limits.costs,
    caching,
    onPlan: () => metrics.planned(cause),
    nextTurn: goOn,
  };

  /** @param onVariant is called with how many bytes each variant takes */
  async function compile(
    source: string,
    name: string | undefined,
    onVariant: (bytes: number) => void,
  ): Promise<OperationVariants> {
    await begin();
    const own = await readOperation(source, name, documentRules, goOn);
    await goOn();
    return createVariants(own, authorization, (allowed) => {
      onVariant(sizeOf(allowed));
      return executor.compile(allowed, compileOptions);
    });
  }

  const compiledInSpan: typeof compile = (...asked) =>
    withSpan('operation.compile', { isFault: (error) => !(error instanceof RefusedError) }, () =>
      compile(...asked),
    );

  function keep(source: string, name: string | undefined, uses: number): Kept {
    const key = `${name ?? ''}\n${source}`;
    const kept = operations.get(key);
    if (kept !== undefined) return kept;
    const grow = (bytes: number) => {
      made.bytes += bytes;
      if (operations.peek(key) !== made) return;
      // A size is taken when something is set that was not there.
      operations.delete(key);
      operations.set(key, made);
    };
    const bytes = KEY_BYTES * key.length;
    const made: Kept = {
      source,
      name,
      uses,
      bytes,
      isKnown: false,
      variants: compiledInSpan(source, name, grow),
    };
    operations.set(key, made);
    // What is refused is not kept: anybody could fill the cache with it.
    made.variants.catch(() => operations.delete(key));
    return made;
  }

  return {
    invalidatedEntities: caching?.entities ?? null,
    kept: () => ({ entries: operations.size, bytes: operations.calculatedSize }),
    async operation(source, name, viewer, onLookup) {
      cause = 'request';
      const kept = keep(source, name, 0);
      metrics.planLookup(kept.isKnown ? 'hit' : 'miss');
      onLookup?.(kept.isKnown);
      kept.isKnown = true;
      kept.uses += 1;
      return (await kept.variants).for(viewer);
    },
    async mostUsed(limit) {
      // They come in the order of their last use, which decides between those that were used as often.
      const ordered = [...operations.values()].sort((one, other) => other.uses - one.uses).slice(0, limit);
      const used = ordered.map(async ({ source, name, uses, variants }): Promise<UsedOperation[]> => {
        const known = await variants.catch(() => null);
        return known === null ? [] : [{ source, name, uses, variants: await known.used() }];
      });
      return (await Promise.all(used)).flat();
    },
    async warm({ source, name, uses, variants }) {
      const kept = keep(source, name, Math.floor(uses / 2));
      kept.isKnown = true;
      const own = await kept.variants;
      for (const { viewer, switches } of variants) {
        const { plans } = await own.for(viewer);
        for (const each of switches) await plans.plan(each);
      }
    },
    close: () => executor.close(),
    ready: () => executor.ready(),
  };
}
