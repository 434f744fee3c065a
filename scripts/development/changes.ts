import { watch } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

const SETTLES_AFTER_MS = 150;
const SOURCES = /\.(ts|proto|graphql|prisma|sql|yaml)$/;
/** What is made from the rest, and what no running program has loaded. */
const IGNORED = /(^schema\/(supergraph|api)\.graphql|\.test\.ts|\/tests\/.*)$/;

/**
 * Calls back with the paths, relative to the project, of the source files that changed in these folders: once for changes
 * that come together, and never again before the call before has settled. Ends when `until` aborts.
 */
export function watchSources(
  folders: readonly string[],
  until: AbortSignal,
  onChange: (paths: string[]) => Promise<void>,
): void {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  const settle = async () => {
    if (busy || changed.size === 0) return;
    busy = true;
    const paths = [...changed];
    changed.clear();
    await onChange(paths);
    busy = false;
    await settle();
  };
  for (const folder of folders) {
    watch(join(ROOT, folder), { recursive: true, signal: until }, (_event, file) => {
      const path = join(folder, file ?? '');
      if (!SOURCES.test(path) || IGNORED.test(path)) return;
      changed.add(path);
      clearTimeout(timer);
      timer = setTimeout(settle, SETTLES_AFTER_MS);
    });
  }
}
