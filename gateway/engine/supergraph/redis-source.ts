import { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import { poll } from './poll.ts';
import type { SupergraphSource } from './source.ts';
import type { PollOptions } from './url-source.ts';

export interface RedisLocation {
  url: string;
  key: string;
}

/**
 * A supergraph in a key of Redis: polled, and looked at at once where something is published on the channel of the key's
 * name. Whoever brings a new one does `SET key` and `PUBLISH key new`.
 */
export function openRedisSource(
  { url, key }: RedisLocation,
  { pollMs, timeoutMs, maxBytes }: PollOptions,
  log: Logger,
): SupergraphSource {
  const { host } = new URL(url);
  const name = `key ${key} of Redis at ${host}`;
  const connect = (options: object) =>
    withoutTrace(() => {
      const redis = new Redis(url, {
        connectionName: 'gateway-supergraph',
        connectTimeout: timeoutMs,
        maxRetriesPerRequest: null,
        retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
        ...options,
      });
      redis.on('error', (err) => log.debug({ err }, 'the Redis of the supergraph is away'));
      return redis;
    });
  // Commands wait for the connection as long as they may take, no longer.
  const reader = connect({ commandTimeout: timeoutMs });
  let subscriber: Redis | undefined;
  let polling: { wake(): void; close(): void } | undefined;

  async function read(): Promise<string> {
    try {
      const size = await reader.strlen(key);
      if (size > maxBytes) throw new Error(`holds more than SUPERGRAPH_MAX_BYTES, ${maxBytes} bytes`);
      const sdl = await reader.get(key);
      if (sdl === null) throw new Error('does not exist: write the supergraph into it');
      return sdl;
    } catch (cause) {
      throw new Error(`${name} ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  return {
    name,
    read: () => withoutTrace(read),
    follow({ found, unavailable }) {
      const polled = poll(() => read().then(found, unavailable), pollMs);
      polling = polled;
      subscriber = connect({ enableReadyCheck: false });
      subscriber.on('message', polled.wake);
      // A message that was published while the connection was away is lost: the key is looked at when it is back.
      subscriber.on('ready', polled.wake);
      subscriber.subscribe(key).catch((err: unknown) => log.debug({ err }, 'the supergraph is polled only'));
    },
    close() {
      polling?.close();
      reader.disconnect();
      subscriber?.disconnect();
    },
  };
}
