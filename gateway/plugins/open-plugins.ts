import type { Redis } from 'ioredis';
import type { Closer } from '#platform/closer.ts';
import type { GatewayConfig } from '../config/config.ts';
import { connectedOrAway } from '../config/redis.ts';
import { createAllowances } from '../rate-limits/allowances.ts';
import { createMemoryCounter } from '../rate-limits/counter.ts';
import { createRedisCounter } from '../rate-limits/redis-counter.ts';
import { loadPlugins } from './load-plugins.ts';
import { openResponseCache, type ResponseCacheParts } from './open-response-cache.ts';
import type { GatewayPlugin } from './plugin.ts';
import { openTrustedDocuments } from './trusted-documents.ts';
import { useOperationCost } from './use-operation-cost.ts';
import { useOperationLog } from './use-operation-log.ts';
import { useOperationMetrics } from './use-operation-metrics.ts';
import { useOperationSpan } from './use-operation-span.ts';
import { usePersistedQueries } from './use-persisted-queries.ts';
import { useRateLimit } from './use-rate-limit.ts';
import { useRequestId } from './use-request-id.ts';
import { useTrustedDocuments } from './use-trusted-documents.ts';

export interface PluginParts extends Omit<ResponseCacheParts, 'redis'> {
  /** Null where the configuration names none. */
  redis: Redis | null;
  closer: Closer;
  now(): number;
}

/** Opens the plugins, in the order in which operations pass them. */
export async function openPlugins(
  config: GatewayConfig,
  { redis, closer, now, ...parts }: PluginParts,
): Promise<GatewayPlugin[]> {
  const { trusted, persistedQueries } = config.documents;
  const { log, metrics } = parts;
  const plugins: GatewayPlugin[] = [
    useRequestId(),
    useOperationSpan(),
    useOperationMetrics(metrics),
    useOperationLog(log),
  ];
  if (config.rateLimits.rules.length > 0) {
    // The first operations are counted, too.
    if (redis !== null) await connectedOrAway(redis);
    const allowances = createAllowances(redis ? createRedisCounter(redis) : createMemoryCounter(now), now);
    plugins.push(useRateLimit({ ...config.rateLimits, allowances, now, log, metrics }));
  }
  if (trusted !== null) {
    const documents = await openTrustedDocuments({ file: trusted.file, log, metrics });
    closer.add('trusted documents', async () => documents.close());
    plugins.push(useTrustedDocuments({ documents, mode: trusted.mode, log, metrics }));
  }
  if (persistedQueries !== null) plugins.push(usePersistedQueries({ ...persistedQueries, redis, metrics }));
  plugins.push(useOperationCost(config.costs.limits));
  plugins.push(...(await loadPlugins(config.pluginModules, log)));
  // Last: what it answers, all others have let pass.
  if (config.responseCache.isOn && redis !== null) {
    const cache = openResponseCache(config, { ...parts, redis });
    closer.add('response cache', () => cache.close());
    plugins.push(cache.plugin);
  }
  return plugins;
}
