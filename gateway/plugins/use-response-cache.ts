import { hash } from 'node:crypto';
import type { Metrics } from '#observability/metrics.ts';
import type { AnswerPolicy } from '../engine/caching/caching.ts';
import type { OperationResult } from '../engine/operation/compiled-operation.ts';
import type { GatewayContext } from '../request/context.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';
import { createFlights } from '../response-cache/flights.ts';
import type { AnswerStore, KeptAnswer, Moment } from '../response-cache/store.ts';
import type { GatewayPlugin, Next } from './plugin.ts';

export interface ResponseCacheOptions {
  store: AnswerStore;
  /** Headers of clients that reach a subgraph, and that an answer may depend on. */
  headers: readonly string[];
  /** Characters of the longest answer that is kept. */
  maxLength: number;
  metrics: Metrics;
  /** Called before anything is looked up or forgotten. */
  onUse(): void;
}

/**
 * Keeps whole answers of queries that select public data alone, for everybody who may ask the same: `@cacheControl` says
 * what and how long. An operation that authorisation took something from is another one, whose answers are not kept.
 *
 * - Answers with errors are not kept, nor those in which a root field is null.
 * - Who asks for what is being fetched waits for that, and asks for themselves where it cannot be kept.
 * - What a mutation answers is forgotten before its client hears of it; events tell of everything else.
 * - While Redis is away, every operation runs.
 */
export function useResponseCache(options: ResponseCacheOptions): GatewayPlugin {
  const { store, headers, maxLength, metrics, onUse } = options;
  const flights = createFlights<KeptAnswer>();
  let restsUntil = 0;

  async function answer(policy: AnswerPolicy, key: string, context: GatewayContext, next: Next) {
    const found = await find(key);
    if (found !== null && found !== AWAY) {
      metrics.responseCache('hit');
      return resultOf(found);
    }
    const flight = await flights.join(key, context.signal);
    if (flight.shared !== undefined) {
      metrics.responseCache('shared');
      return resultOf(flight.shared);
    }
    let isKept = false;
    try {
      const begun = found === AWAY ? AWAY : await store.now().catch(away);
      const result = await next();
      const tags = result.errors.length === 0 ? (result.entities?.() ?? null) : null;
      if (tags === null || result.data.length > maxLength) {
        metrics.responseCache('unfit');
        return result;
      }
      isKept = true;
      const kept = { data: result.data, expiresAt: Date.now() + policy.maxAge * 1_000 };
      flight.land(kept);
      // Nobody waits for it; but until it is there, others are to find the flight.
      void keep(key, kept, tags, begun).finally(() => flight.end(false));
      return { ...result, cacheControl: `max-age=${policy.maxAge}` };
    } finally {
      if (!isKept) flight.end(context.signal.aborted);
    }
  }

  /** A Redis that hangs delays one operation, and not all of them. */
  async function find(key: string): Promise<KeptAnswer | null | typeof AWAY> {
    if (performance.now() < restsUntil) return away();
    return store.find(key).catch(() => {
      restsUntil = performance.now() + REST_MS;
      return away();
    });
  }

  async function keep(
    key: string,
    answer: KeptAnswer,
    tags: readonly string[],
    begun: Moment | typeof AWAY,
  ): Promise<void> {
    if (begun === AWAY) return;
    metrics.responseCache('miss');
    await store.keep(key, answer, tags, begun).catch(away);
  }

  async function runMutation(next: Next): Promise<OperationResult> {
    const result = await next();
    const tags = result.entities?.() ?? [];
    if (tags.length === 0) return result;
    flights.forget();
    await store.invalidate(tags).catch(away);
    return result;
  }

  function away(): typeof AWAY {
    metrics.responseCache('redis_away');
    return AWAY;
  }

  return {
    async run({ compiled, request }, context, next) {
      const { type, cachePolicy: policy } = compiled;
      if (type !== 'mutation' && policy === null) return next();
      onUse();
      if (policy === null) return runMutation(next);
      const result = await answer(policy, keyOf(policy, request, headers, context), context, next);
      if (result.cacheControl === undefined) return result;
      const audience = context.viewer === null ? 'public' : 'private';
      return { ...result, cacheControl: `${audience}, ${result.cacheControl}` };
    },
  };
}

/** How long nobody asks a Redis that did not answer. */
const REST_MS = 1_000;

const AWAY = Symbol('Redis is away');

function resultOf({ data, expiresAt }: KeptAnswer): OperationResult {
  const seconds = Math.max(0, Math.floor((expiresAt - Date.now()) / 1_000));
  return { data, errors: [], cacheControl: `max-age=${seconds}` };
}

/** A variable that is left out is not one that is null: it may have a default. */
function keyOf(
  { key, variables }: AnswerPolicy,
  { variables: given }: GraphqlRequest,
  headers: readonly string[],
  context: GatewayContext,
): string {
  const values = variables.map((name) => (Object.hasOwn(given, name) ? [given[name]] : 0));
  const read = [values, headers.map((name) => context.header(name) ?? 0)];
  return hash('sha256', `${key}\n${JSON.stringify(read)}`);
}
