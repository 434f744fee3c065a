import { globSync } from 'node:fs';
import type { ICruiseResult } from 'dependency-cruiser';
import { ROOT } from '../paths.ts';
import { runTool, toolPath } from '../processes/tool.ts';
import type { Check } from './check.ts';

const FOLDERS = ['gateway', 'observability', 'platform', 'scripts', 'subgraphs', 'tests'];

/** Who may import whom: the rules of .dependency-cruiser.mjs. */
export const dependencyRules: Check = {
  name: 'Dependency rules',
  run: async () => {
    const { output } = await runTool(toolPath('depcruise'), ['--output-type', 'json', ...FOLDERS]);
    const { modules, summary }: ICruiseResult = JSON.parse(output);
    // It passes over files that it cannot parse without a word: all of ours have to be among those that it saw.
    const seen = new Set(modules.map(({ source }) => source));
    const ours = globSync(
      FOLDERS.map((folder) => `${folder}/**/*.ts`),
      { cwd: ROOT },
    );
    const unseen = ours.filter((file) => !seen.has(file)).map((file) => `${file} was not looked at`);
    const breaches = summary.violations.map(({ rule, from, to }) => `${from} imports ${to}: ${rule.name}`);
    return {
      ok: breaches.length === 0 && unseen.length === 0,
      note: `${ours.length} modules`,
      output: [...breaches, ...unseen].join('\n'),
    };
  },
};
