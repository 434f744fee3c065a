import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE_DIR } from '../../../scripts/paths.ts';
import { createGuard } from '../../../scripts/processes/guard.ts';
import { startRedis } from '../../../scripts/services/redis.ts';

/** A Redis of a test's own, which may be away for a while. */
export interface RestartableRedis {
  url: string;
  stop(): Promise<void>;
  /** On the same port as before. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startRestartableRedis(): Promise<RestartableRedis> {
  const guard = createGuard();
  const folder = mkdtempSync(join(tmpdir(), 'fitme-'));
  guard.remove(folder);
  const options = {
    guard,
    cacheDir: CACHE_DIR,
    dataDir: folder,
    logFile: join(folder, 'log'),
    durable: false,
  };
  let service = await startRedis(options);
  const { url } = service;
  return {
    url,
    stop: () => service.close(),
    async start() {
      service = await startRedis({ ...options, port: Number(new URL(url).port) });
    },
    async close() {
      await service.close();
      rmSync(folder, { recursive: true, force: true });
      await guard.close();
    },
  };
}
