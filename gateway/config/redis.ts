import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';

/**
 * Opens a connection for what is better kept in Redis but need not be. Returns at once. Commands fail at once while it is
 * away, and nothing is sent later: whoever uses it goes on without.
 *
 * @param timeoutMs operations wait no longer than this for it
 */
export function openRedis(url: string, timeoutMs: number, log: Logger): Redis {
  const redis = withoutTrace(
    () =>
      new Redis(url, {
        connectionName: 'fitme-gateway',
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 0,
        commandTimeout: timeoutMs,
        // Nothing else shows that a connection was cut off without a word.
        socketTimeout: 4 * timeoutMs,
        enableAutoPipelining: true,
        retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
      }),
  );
  redis.on('error', (err) => log.debug({ err }, 'Redis is away; going on without what it holds'));
  return redis;
}

/** How long a start waits for what the gateway can do without, milliseconds. */
const START_MS = 1_000;

/** Resolves when commands can be sent, or when it is clear that they cannot for now. */
export async function connectedOrAway(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  // It rejects with the first error of the connection.
  await once(redis, 'ready', { signal: AbortSignal.timeout(START_MS) }).catch(() => {});
}
