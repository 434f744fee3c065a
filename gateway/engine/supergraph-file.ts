import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How long a file is let rest after a change, milliseconds: whoever writes it may not be done. */
const SETTLE_MS = 50;

/**
 * Reads a file again whenever it changes, also where it is replaced by another one of its name or, as in Kubernetes, is
 * a link into a folder that is replaced. `onChange` gets only contents that differ from the last.
 *
 * @returns stops watching
 */
export function watchFile(path: string, first: string, onChange: (content: string) => void): () => void {
  let last = first;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    // A file that is away for a moment is being replaced: its return is another change.
    const content = await readFile(path, 'utf8').catch(() => last);
    if (content === last || timer !== undefined) return;
    last = content;
    onChange(content);
  }

  const watcher = watch(dirname(path), () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      void look();
    }, SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
