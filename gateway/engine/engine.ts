import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, PlanCause } from '#observability/metrics.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { PlanningConfig } from '../config/planning.ts';
import { gatewayError } from '../errors.ts';
import { readSharedFields } from '../live/shared-fields.ts';
import { readLiveFields } from '../live/topics.ts';
import { type AuthorizationOptions, createAuthorization, type PolicyViewer } from './authorization.ts';
import { readCacheControl } from './cache-control.ts';
import { createEngineCaching } from './caching.ts';
import { readCostWeights } from './cost-weights.ts';
import { compileDeferring } from './defer.ts';
import { DEFER_RULES, defers, withDeferDirective } from './defer-rules.ts';
import { onlyOf } from './fragments.ts';
import type { InvalidatedEntities } from './invalidated-entities.ts';
import { type CompiledOperation, compileOperation } from './operation.ts';
import type { CostRules } from './operation-cost.ts';
import { createVariants, type OperationVariants } from './operation-variants.ts';
import { createPlanner } from './planner-routing.ts';
import { createPreparations } from './preparation.ts';
import { RefusedError } from './refused.ts';
import type { SubgraphEndpoints } from './send.ts';
import type { LoadedSupergraph } from './supergraph.ts';
import { createTypeConditions } from './type-conditions.ts';

/** Parses, validates, plans and compiles the operations of one supergraph, each once. */
export interface Engine {
  /** What events say of answers that are kept; null where none is. */
  invalidatedEntities: InvalidatedEntities | null;
  /**
   * The operation that a document holds under this name, as this viewer may run it.
   *
   * @throws RefusedError where the document cannot be run
   */
  operation(source: string, name: string | undefined, viewer: Viewer | null): Promise<CompiledOperation>;
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
}

/** An operation that somebody ran. */
export interface UsedOperation {
  source: string;
  name: string | undefined;
  /** How often; halved with each supergraph, so that what nobody runs any more is forgotten. */
  uses: number;
  /** For each of its variants, somebody who runs it. */
  viewers: readonly (PolicyViewer | null)[];
}

interface Kept extends Omit<UsedOperation, 'viewers'> {
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
  planning: PlanningConfig;
  /** Whether answers are kept where the supergraph allows it. */
  caching: boolean;
}

export interface EngineOptions {
  loaded: LoadedSupergraph;
  endpoints: SubgraphEndpoints;
  limits: EngineLimits;
  log: Logger;
  metrics: Metrics;
}

/** Operations that are kept, in characters of their documents: compiled, each takes some twenty times as many bytes. */
const CHARACTERS_KEPT = 4_000_000;

/** Makes the engine of a supergraph. */
export function createEngine({ loaded, endpoints, limits, log, metrics }: EngineOptions): Engine {
  const schema = withDeferDirective(loaded.schema);
  const planner = createPlanner(loaded, log, limits.planning);
  // Told to whoever needs it.
  planner.catch(() => {});
  const fulfils = createTypeConditions(loaded.supergraphSchema);
  const preparations = createPreparations(loaded);
  const live = { liveFields: readLiveFields(loaded), sharedFields: readSharedFields(loaded) };
  const cacheControl = readCacheControl(loaded.supergraphSchema);
  const rules = [
    ...specifiedRules,
    ...DEFER_RULES,
    ...(limits.introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const weights = readCostWeights(loaded);
  const authorization = createAuthorization(loaded, limits.authorization, log);
  const caching = limits.caching ? createEngineCaching(loaded, cacheControl) : null;
  const operations = new LRUCache<string, Kept>({
    maxSize: CHARACTERS_KEPT,
    sizeCalculation: (_, key) => key.length,
  });

  // Until the first request it is warmed alone.
  let cause: PlanCause = 'reload';

  async function compile(source: string, name: string | undefined): Promise<OperationVariants> {
    const document = parseDocument(source, limits.tokens);
    // The limits first: they bound what the rules of the specification take to check.
    for (const each of [limits.rules, rules]) {
      const errors = faultsOf(schema, document, each);
      if (errors.length > 0) throw new RefusedError(errors.map(asInvalid));
    }
    const operation = getOperationAST(document, name);
    if (!operation) throw new RefusedError([noSuchOperation(name)]);
    const options = {
      schema,
      planner: await planner,
      endpoints,
      cacheControl,
      fulfils,
      weights,
      costs: limits.costs,
      preparations,
      live,
      caching,
    };
    const own = onlyOf(document, operation);
    const compileOwn = defers(own) ? compileDeferring : compileOperation;
    return createVariants(own, authorization, (allowed) => {
      metrics.planned(cause);
      return compileOwn(allowed, options);
    });
  }

  function keep(source: string, name: string | undefined, uses: number): Kept {
    const key = `${name ?? ''}\n${source}`;
    const kept = operations.get(key);
    if (kept !== undefined) return kept;
    const made = { source, name, uses, variants: compile(source, name) };
    operations.set(key, made);
    // What is refused is not kept: anybody could fill the cache with it.
    made.variants.catch(() => operations.delete(key));
    return made;
  }

  return {
    invalidatedEntities: caching?.entities ?? null,
    async operation(source, name, viewer) {
      cause = 'request';
      const kept = keep(source, name, 0);
      kept.uses += 1;
      return (await kept.variants).for(viewer);
    },
    async mostUsed(limit) {
      // They come in the order of their last use, which decides between those that were used as often.
      const ordered = [...operations.values()].sort((one, other) => other.uses - one.uses).slice(0, limit);
      const used = ordered.map(async ({ source, name, uses, variants }): Promise<UsedOperation[]> => {
        const known = await variants.catch(() => null);
        return known === null ? [] : [{ source, name, uses, viewers: known.viewers() }];
      });
      return (await Promise.all(used)).flat();
    },
    async warm({ source, name, uses, viewers }) {
      const variants = await keep(source, name, Math.floor(uses / 2)).variants;
      for (const viewer of viewers) await variants.for(viewer);
    },
    async ready() {
      await planner;
    },
  };
}

function parseDocument(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new RefusedError([withCode(error, 'GRAPHQL_PARSE_FAILED')]);
  }
}

/** graphql-js throws, in place of reporting, where a subscription's field depends on a variable. */
function faultsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  try {
    return validate(schema, document, rules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function asInvalid(error: GraphQLError): GraphQLError {
  return withCode(error, 'GRAPHQL_VALIDATION_FAILED');
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    originalError,
    extensions: { code, http: { status: 400 }, ...error.extensions },
  });
}

function noSuchOperation(name: string | undefined): GraphQLError {
  const message =
    name === undefined
      ? 'The document holds several operations or none: say in operationName which one to run.'
      : `Unknown operation named "${name}".`;
  return gatewayError('OPERATION_RESOLUTION_FAILURE', message, { status: 400 });
}
