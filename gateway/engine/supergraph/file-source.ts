import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { SupergraphSource } from './source.ts';

/** How long a file is let rest after a change, milliseconds: whoever writes it may not be done. */
const SETTLE_MS = 50;

/**
 * A supergraph in a file, read again whenever that changes, also where it is replaced by another one of its name or, as in
 * Kubernetes, is a link into a folder that is replaced.
 */
export function openFileSource(path: string): SupergraphSource {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  return {
    name: path,
    read: () =>
      readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        throw new Error(`${resolve(path)} cannot be read: ${reasonOf(cause)}`, { cause });
      }),
    follow({ found }) {
      // A file that is away for a moment is being replaced: its return is another change.
      const look = () => readFile(path, 'utf8').then(found, () => {});
      watcher = watch(dirname(path), () => {
        clearTimeout(timer);
        timer = setTimeout(look, SETTLE_MS);
      });
      // It may have changed since it was read.
      void look();
    },
    close() {
      clearTimeout(timer);
      watcher?.close();
    },
  };
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EISDIR' ? 'it is a folder' : message;
}
