import { NoSchemaIntrospectionCustomRule, specifiedRules, type ValidationRule } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, PlanCacheState, PlanCause } from '#observability/metrics.ts';
import { withSpan } from '#observability/tracing.ts';
import type { Viewer } from '#platform/viewer.ts';
import { RefusedError } from '../request/refused-error.ts';
import {
  type Authorization,
  type AuthorizationOptions,
  createAuthorization,
} from './authorization/authorization.ts';
import { readCacheControl } from './caching/cache-control.ts';
import { createEngineCaching } from './caching/caching.ts';
import type { InvalidatedEntities } from './caching/invalidated-entities.ts';
import type { CostRules } from './cost/lists.ts';
import { readCostWeights } from './cost/weights.ts';
import { DEFER_RULES, withDeferDirective } from './document/defer-rules.ts';
import { sizeOf } from './document/operation-size.ts';
import { type DocumentRules, readOperation } from './document/read-operation.ts';
import type { CompiledOperation } from './operation/compiled-operation.ts';
import type { CompileOptions, Executor } from './operation/executor.ts';
import { createVariants, type OperationVariants, type UsedVariant } from './operation/viewer-variants.ts';
import type { LoadedSupergraph } from './supergraph/supergraph.ts';
import { createTurns } from './turns.ts';

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
  /** Bounds the tokens of a document. */
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

/** Bytes that a character of a document takes: it is kept as key and as source. */
const KEY_BYTES = 4;

/** Parses, validates, plans and compiles the operations of one supergraph, each once. */
export class Engine {
  /** Says what events mean to answers that are kept; null where none is. */
  readonly invalidatedEntities: InvalidatedEntities | null;
  readonly #executor: Executor;
  readonly #documentRules: DocumentRules;
  readonly #authorization: Authorization;
  readonly #compileOptions: CompileOptions;
  readonly #operations: LRUCache<string, Kept>;
  readonly #turns = createTurns();
  readonly #metrics: Metrics;
  /** Until the first request, operations are planned for the warm-up alone. */
  #planCause: PlanCause = 'reload';

  constructor({ loaded, executor, limits, log, metrics }: EngineOptions) {
    const deferSchema = withDeferDirective(loaded.schema);
    const caching = limits.caching
      ? createEngineCaching(loaded, readCacheControl(loaded.supergraphSchema))
      : null;
    this.invalidatedEntities = caching?.entities ?? null;
    this.#executor = executor;
    this.#documentRules = {
      schema: deferSchema,
      tokens: limits.tokens,
      // The limits come first: they bound what the rules of the specification take to check.
      rules: [limits.rules, limits.introspection ? RULES : [...RULES, NoSchemaIntrospectionCustomRule]],
    };
    this.#authorization = createAuthorization(loaded, limits.authorization, log);
    this.#compileOptions = {
      schema: executor.defers ? deferSchema : loaded.schema,
      weights: readCostWeights(loaded),
      costs: limits.costs,
      caching,
      onPlan: () => metrics.planned(this.#planCause),
      nextTurn: this.#turns.proceed,
    };
    this.#operations = new LRUCache({
      maxSize: limits.cacheBytes,
      sizeCalculation: ({ bytes }) => bytes,
    });
    this.#metrics = metrics;
  }

  /**
   * The operation that a document holds under this name, as this viewer may run it.
   *
   * @param onLookup is called with whether somebody had it compiled before
   * @throws RefusedError where the document cannot be run
   */
  async operation(
    source: string,
    name: string | undefined,
    viewer: Viewer | null,
    onLookup?: (isKept: boolean) => void,
  ): Promise<CompiledOperation> {
    this.#planCause = 'request';
    const kept = this.#keep(source, name, 0);
    this.#metrics.planLookup(kept.isKnown ? 'hit' : 'miss');
    onLookup?.(kept.isKnown);
    kept.isKnown = true;
    kept.uses += 1;
    return (await kept.variants).for(viewer);
  }

  /** Counts what is compiled and kept now. */
  kept(): PlanCacheState {
    return { entries: this.#operations.size, bytes: this.#operations.calculatedSize };
  }

  /** The operations that were run most, the most of all first. */
  async mostUsed(limit: number): Promise<UsedOperation[]> {
    // They come in the order of their last use, which decides between those that were used as often.
    const ordered = [...this.#operations.values()].sort((one, other) => other.uses - one.uses);
    const used = ordered.slice(0, limit).map(async ({ source, name, uses, variants }) => {
      const known = await variants.catch(() => null);
      return known === null ? [] : [{ source, name, uses, variants: await known.used() }];
    });
    return (await Promise.all(used)).flat();
  }

  /**
   * Compiles an operation of another engine before anybody runs it here.
   *
   * @throws RefusedError where it cannot be run here
   */
  async warm({ source, name, uses, variants }: UsedOperation): Promise<void> {
    const kept = this.#keep(source, name, Math.floor(uses / 2));
    kept.isKnown = true;
    const own = await kept.variants;
    for (const { viewer, conditionValues } of variants) {
      const { plans } = await own.for(viewer);
      for (const each of conditionValues) await plans.plan(each);
    }
  }

  /** Resolves when it can run operations; rejects where it never will. */
  ready(): Promise<void> {
    return this.#executor.ready();
  }

  /** Ends what plans; what runs goes on. */
  close(): void {
    this.#executor.close();
  }

  #keep(source: string, name: string | undefined, uses: number): Kept {
    const key = `${name ?? ''}\n${source}`;
    const kept = this.#operations.get(key);
    if (kept !== undefined) return kept;
    const onVariant = (bytes: number) => {
      made.bytes += bytes;
      if (this.#operations.peek(key) !== made) return;
      // The cache asks for a size when it is given something that it does not hold.
      this.#operations.delete(key);
      this.#operations.set(key, made);
    };
    const made: Kept = {
      source,
      name,
      uses,
      bytes: KEY_BYTES * key.length,
      isKnown: false,
      variants: this.#compile(source, name, onVariant),
    };
    this.#operations.set(key, made);
    // A refused document is not kept: anybody could fill the cache with it.
    made.variants.catch(() => this.#operations.delete(key));
    return made;
  }

  /** @param onVariant is called with how many bytes each variant takes */
  #compile(
    source: string,
    name: string | undefined,
    onVariant: (bytes: number) => void,
  ): Promise<OperationVariants> {
    const isFault = (error: unknown) => !(error instanceof RefusedError);
    return withSpan('operation.compile', { isFault }, async () => {
      const { begin, proceed } = this.#turns;
      await begin();
      const own = await readOperation(source, name, this.#documentRules, proceed);
      await proceed();
      return createVariants(own, this.#authorization, (allowed) => {
        onVariant(sizeOf(allowed));
        return this.#executor.compile(allowed, this.#compileOptions);
      });
    });
  }
}

const RULES: readonly ValidationRule[] = [...specifiedRules, ...DEFER_RULES];
