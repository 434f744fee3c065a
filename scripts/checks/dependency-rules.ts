import { globSync } from 'node:fs';
import type { ICruiseResult } from 'dependency-cruiser';
import { ROOT } from '../paths.ts';
import { runTool, toolPath } from '../processes/tool.ts';
import type { Check } from './check.ts';
import { folderCircles } from './folder-circles.ts';

const FOLDERS = ['gateway', 'observability', 'platform', 'scripts', 'subgraphs', 'tests'];

/**
 * Who may import whom: the rules of .dependency-cruiser.mjs, and that no folders import each other in a circle. Its own rules
 * for folders (`scope: 'folder'`) know no difference between a folder and the files in it, so that a domain's index.ts and
 * events.ts, one above and one below the inner folders, would make a circle of every domain.
 */
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
    const circles = folderCircles(importsOf(modules)).map(
      (circle) => `folders import each other, in ${circle}`,
    );
    return {
      ok: breaches.length === 0 && unseen.length === 0 && circles.length === 0,
      note: `${ours.length} modules`,
      output: [...breaches, ...unseen, ...circles].join('\n'),
    };
  },
};

/** A test stands beside what it tests and takes from anywhere: what counts is what it tests. */
function importsOf(modules: ICruiseResult['modules']): Map<string, string[]> {
  const inProduct = modules.filter(({ source }) => !/\/tests\/|\.test\.ts$/.test(source));
  return new Map(
    inProduct.map(({ source, dependencies }) => [source, dependencies.map(({ resolved }) => resolved)]),
  );
}
