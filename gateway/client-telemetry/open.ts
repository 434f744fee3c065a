import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { Closer } from '#platform/closer.ts';
import type { ClientTelemetryConfig } from '../config/client-telemetry.ts';
import { createAllowances } from '../rate-limits/allowances.ts';
import { createMemoryCounter } from '../rate-limits/counter.ts';
import { createRedisCounter } from '../rate-limits/redis-counter.ts';
import type { Auth } from '../request/auth.ts';
import { serveClientTelemetry } from './door.ts';
import { createForwarder } from './forwarder.ts';

export interface ClientTelemetryParts {
  auth: Auth;
  isSignInNeeded: boolean;
  /** Null where the configuration names none: then each gateway counts for itself. */
  redis: Redis | null;
  closer: Closer;
  metrics: Metrics;
  log: Logger;
  now(): number;
}

const CLOSE_WITHIN_MS = 500;

/** Opens the door for telemetry of clients, and what hands it on. */
export async function openClientTelemetry(
  http: FastifyInstance,
  config: ClientTelemetryConfig,
  { redis, closer, log, now, ...parts }: ClientTelemetryParts,
): Promise<void> {
  const { collectorUrl, queue } = config;
  const forwarder = createForwarder({ collectorUrl, queue, metrics: parts.metrics, log });
  closer.add('telemetry of clients', () => forwarder.close(CLOSE_WITHIN_MS));
  const allowances = createAllowances(redis ? createRedisCounter(redis) : createMemoryCounter(now), now);
  await serveClientTelemetry(http, { ...parts, config, forwarder, allowances });
}
