import { runTool } from '../processes/tool.ts';
import { type Check, toolCheck } from './check.ts';
import { protoBreaking, schemaBreaking } from './contracts.ts';
import { dependencyRules } from './dependency-rules.ts';
import { deprecations } from './deprecations.ts';
import { installedSize } from './installed-size.ts';

/** schema/supergraph.graphql and api.graphql are what composes; what composes probably not as meant is said beside it. */
const composition = upToDate('Composition', 'scripts/compose.ts');

/** Dashboards and Kubernetes rules are what they are made of. */
const stack = upToDate('Observability stack', 'scripts/stack.ts');

/** Every check of `npm test`, the quick ones first. */
export const CHECKS: readonly Check[] = [
  toolCheck('Format and lint', 'biome', ['ci', '--colors=off', '.']),
  toolCheck('Proto lint', 'buf', ['lint']),
  protoBreaking,
  composition,
  schemaBreaking,
  deprecations,
  stack,
  dependencyRules,
  installedSize,
  toolCheck('Unused code and dependencies', 'knip', ['--no-config-hints']),
  toolCheck('Types', 'node_modules/@typescript/native/bin/tsc', ['--project', '.', '--pretty', 'false']),
];

/** Files that a script of ours makes, and that are committed. */
function upToDate(name: string, script: string): Check {
  return {
    name,
    run: async () => {
      const { code, output } = await runTool(script, ['--check']);
      return code === 0 ? { ok: true, note: output.trim() } : { ok: false, output };
    },
  };
}
