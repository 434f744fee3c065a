import { Redis } from 'ioredis';
import { withConnection } from '../database/connect.ts';
import { SetupError } from '../terminal.ts';
import type { Service } from './service.ts';

/**
 * The PostgreSQL that DATABASE_URL names; it stays when this closes.
 *
 * @throws SetupError where it cannot be reached.
 */
export async function outsidePostgres(url: string): Promise<Service> {
  await withConnection(url, async () => {});
  return { url, close: async () => {} };
}

/**
 * The Redis that REDIS_URL names; it stays when this closes.
 *
 * @throws SetupError where it cannot be reached.
 */
export async function outsideRedis(url: string): Promise<Service> {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new SetupError('REDIS_URL takes a URL such as redis://localhost:6379');
  }
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5_000 });
  let why = '';
  redis.on('error', (error) => {
    why = error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw new SetupError(
      `Redis at ${new URL(url).host} does not answer: ${why || String(error)}. Check REDIS_URL.`,
    );
  } finally {
    redis.disconnect();
  }
  return { url, close: async () => {} };
}
