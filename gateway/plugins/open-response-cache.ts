import type { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { Wakeups } from '#platform/events/wakeups.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { Engine } from '../engine/engine.ts';
import { createInvalidation } from '../response-cache/invalidation.ts';
import { createAnswerStore } from '../response-cache/store.ts';
import type { GatewayPlugin } from './plugin.ts';
import { useResponseCache } from './use-response-cache.ts';

export interface ResponseCacheParts {
  redis: Redis;
  /** Of the supergraph that is served at the moment. */
  engine(): Engine;
  serviceToken(): Promise<string>;
  wakeups: Wakeups;
  log: Logger;
  metrics: Metrics;
}

/** A response cache at work. */
export interface OpenResponseCache {
  plugin: GatewayPlugin;
  close(): Promise<void>;
}

/** Opens the cache of answers, and listens to the events that invalidate them. */
export function openResponseCache(
  { responseCache, subgraphs, limits, live }: GatewayConfig,
  { redis, engine, metrics, ...parts }: ResponseCacheParts,
): OpenResponseCache {
  const store = createAnswerStore({ redis, longestMs: limits.requestTimeoutMs + GRACE_MS });
  const invalidation = createInvalidation({
    ...parts,
    store,
    metrics,
    sources: live.sources,
    pollMs: live.pollMs,
  });
  let heeded: Engine | undefined;

  /** A supergraph that was replaced may name other events. */
  function heed(): void {
    const current = engine();
    if (current === heeded) return;
    heeded = current;
    if (current.invalidatedEntities !== null) invalidation.heed(current.invalidatedEntities);
  }

  heed();
  const headers = [...new Set(Object.values(subgraphs.headers).flat())].filter((name) => !OWN.has(name));
  const plugin = useResponseCache({ ...responseCache, store, headers, metrics, onUse: heed });
  return { plugin, close: invalidation.close };
}

/** An operation ends at its deadline, give or take this, milliseconds. */
const GRACE_MS = 1_000;

/** Headers that say who asks, and of which request this is part: nothing that public data depends on. */
const OWN: ReadonlySet<string> = new Set([
  'authorization',
  'x-request-id',
  'x-forwarded-for',
  'x-timeout-ms',
  'traceparent',
  'tracestate',
  'baggage',
]);
