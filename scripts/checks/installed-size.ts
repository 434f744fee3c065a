import { globSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIR, ROOT } from '../paths.ts';
import { runProgram } from '../processes/tool.ts';
import type { Check } from './check.ts';

/** What an installation may take on disk, MiB. */
const LIMIT_MIB = 1_600;

/** The dependencies and what stands in the cache, without what tests under way write there. */
export const installedSize: Check = {
  name: 'Installed size',
  run: async () => {
    const kept = globSync('*', { cwd: CACHE_DIR, exclude: (name) => name.startsWith('throw-away-') });
    const folders = [join(ROOT, 'node_modules'), ...kept.map((name) => join(CACHE_DIR, name))];
    const { output } = await runProgram('du', ['-sk', ...folders]);
    const sorted = [...output.matchAll(/^(\d+)\s+(.*)$/gm)]
      .map(([, kib, folder = '']) => ({ mib: Number(kib) / 1024, folder }))
      .sort((a, b) => b.mib - a.mib);
    const total = sorted.reduce((sum, { mib }) => sum + mib, 0);
    return {
      ok: sorted.length > 0 && total < LIMIT_MIB,
      note: `${total.toFixed(0)} of ${LIMIT_MIB} MiB`,
      output: sorted.map(({ mib, folder }) => `${mib.toFixed(0).padStart(6)} MiB  ${folder}`).join('\n'),
    };
  },
};
