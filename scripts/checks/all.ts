import { runTool } from '../processes/tool.ts';
import { type Check, toolCheck } from './check.ts';
import { protoBreaking, schemaBreaking } from './contracts.ts';
import { dependencyRules } from './dependency-rules.ts';

/** schema/supergraph.graphql and api.graphql are what composes; what composes probably not as meant is said beside it. */
const composition: Check = {
  name: 'Composition',
  run: async () => {
    const { code, output } = await runTool('scripts/compose.ts', ['--check']);
    return code === 0 ? { ok: true, note: output.trim() } : { ok: false, output };
  },
};

/** Every check of `npm test`, the quick ones first. */
export const CHECKS: readonly Check[] = [
  toolCheck('Format and lint', 'biome', ['ci', '--colors=off', '.']),
  toolCheck('Proto lint', 'buf', ['lint']),
  protoBreaking,
  composition,
  schemaBreaking,
  dependencyRules,
  toolCheck('Unused code and dependencies', 'knip', ['--no-config-hints']),
  toolCheck('Types', 'node_modules/@typescript/native/bin/tsc', ['--project', '.', '--pretty', 'false']),
];
