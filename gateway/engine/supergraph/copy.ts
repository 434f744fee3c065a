import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Logger } from '#observability/logger.ts';

/** A file with the supergraph that was served last, from which a gateway starts while its source is away. */
export interface SupergraphCopy {
  /** Undefined where there is none yet. */
  read(): Promise<string | undefined>;
  /** Never rejects: a disk that is full must not keep a supergraph from being served. */
  write(sdl: string): Promise<void>;
}

/** Makes the copy; without a path there never is one. */
export function createCopy(path: string | null, log: Logger): SupergraphCopy {
  if (path === null) return { read: async () => undefined, write: async () => {} };
  return {
    read: () => readFile(path, 'utf8').catch(() => undefined),
    async write(sdl) {
      try {
        // A process that is killed between the two leaves the copy before this one.
        await writeFile(`${path}.next`, sdl);
        await rename(`${path}.next`, path);
      } catch (err) {
        log.warn({ err }, 'the copy of the supergraph cannot be written; see SUPERGRAPH_COPY');
      }
    },
  };
}
