import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIR } from '../paths.ts';
import type { Guard } from '../processes/guard.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import type { Service } from './service.ts';

/** A PostgreSQL on a free port whose data goes when it is closed, or when this process ends; `durable` where each commit waits for the disk nevertheless. */
export function startThrowAwayPostgres(guard: Guard, { durable = false } = {}): Promise<Service> {
  return inThrowAwayFolder(guard, (folder) =>
    startPostgres({
      ...{ guard, cacheDir: CACHE_DIR, durable },
      ...{ dataDir: join(folder, 'data'), logFile: join(folder, 'log') },
    }),
  );
}

/** A Redis on a free port that keeps its data in memory. */
export function startThrowAwayRedis(guard: Guard): Promise<Service> {
  return inThrowAwayFolder(guard, (folder) =>
    startRedis({ guard, cacheDir: CACHE_DIR, dataDir: folder, logFile: join(folder, 'log'), durable: false }),
  );
}

/** In the cache: temporary folders may be small, and a whole test run writes some gigabytes. */
async function inThrowAwayFolder(
  guard: Guard,
  start: (folder: string) => Promise<Service>,
): Promise<Service> {
  mkdirSync(CACHE_DIR, { recursive: true });
  const folder = mkdtempSync(join(CACHE_DIR, 'throw-away-'));
  guard.remove(folder);
  const service = await start(folder);
  return {
    url: service.url,
    close: async () => {
      await service.close();
      rmSync(folder, { recursive: true, force: true });
      guard.keep(folder);
    },
  };
}
