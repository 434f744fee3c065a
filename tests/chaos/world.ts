import { mkdtempSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import {
  type RestartableRedis,
  startRestartableRedis,
} from '../../platform/events/tests/restartable-redis.ts';
import { migrateAll } from '../../scripts/database/migrate.ts';
import { CACHE_DIR } from '../../scripts/paths.ts';
import { createGuard, type Guard } from '../../scripts/processes/guard.ts';
import { startPostgres } from '../../scripts/services/postgres.ts';
import { type E2eNetwork, startNetwork } from '../e2e/network.ts';
import { type CutOff, createCutOff } from '../fixtures/cut-off.ts';

/** The whole graph on a PostgreSQL and a Redis of its own, all of which can be disturbed. */
export interface ChaosWorld {
  network: E2eNetwork;
  redis: RestartableRedis;
  /** By which all processes reach it. */
  wayToRedis: CutOff;
  /** Stops Redis in the middle of whatever it does (SIGSTOP); the answer lets it go on. */
  freezeRedis(): Promise<() => void>;
  flushRedis(): Promise<void>;
  /** Ends PostgreSQL with all connections to it, and starts it again on the same data. */
  restartPostgres(): Promise<void>;
  /** Writes the file that the gateway watches. */
  replaceSupergraph(sdl: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the world; `supergraph` is what the gateway serves at first. */
export async function startChaosWorld(supergraph: string): Promise<ChaosWorld> {
  const guard = createGuard();
  const folder = mkdtempSync(join(tmpdir(), 'fitme-chaos-'));
  guard.remove(folder);
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, supergraph);
  const [postgres, redis] = await Promise.all([
    startRestartablePostgres(guard, folder),
    startRestartableRedis(),
  ]);
  const wayToRedis = await createCutOff(redis.url);
  const network = await startNetwork({
    database: { urls: await migrateAll({ adminUrl: postgres.url }), adminUrl: postgres.url, async drop() {} },
    redisUrl: wayToRedis.url,
    environment: () => ({ LOG_LEVEL: 'fatal', SUPERGRAPH: supergraphFile }),
  });
  return {
    network,
    redis,
    wayToRedis,
    restartPostgres: postgres.restart,
    async freezeRedis() {
      const pid = await withRedis(redis.url, async (client) => {
        const info = await client.info('server');
        return Number(/process_id:(\d+)/.exec(info)?.[1]);
      });
      process.kill(pid, 'SIGSTOP');
      return () => process.kill(pid, 'SIGCONT');
    },
    flushRedis: () => withRedis(redis.url, async (client) => void (await client.flushall())),
    async replaceSupergraph(sdl) {
      await writeFile(`${supergraphFile}.next`, sdl);
      await rename(`${supergraphFile}.next`, supergraphFile);
    },
    async close() {
      await network.close();
      await wayToRedis.close();
      await Promise.all([redis.close(), postgres.close()]);
      rmSync(folder, { recursive: true, force: true });
      await guard.close();
    },
  };
}

async function startRestartablePostgres(guard: Guard, folder: string) {
  const options = {
    guard,
    cacheDir: CACHE_DIR,
    dataDir: join(folder, 'data'),
    logFile: join(folder, 'postgres.log'),
    durable: false,
  };
  let service = await startPostgres(options);
  const { url } = service;
  return {
    url,
    async restart() {
      await service.close();
      service = await startPostgres({ ...options, port: Number(new URL(url).port) });
    },
    close: () => service.close(),
  };
}

async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
