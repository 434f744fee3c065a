import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { ROOT } from '../paths.ts';
import { runTool, toolPath } from '../processes/tool.ts';
import { findBaseline, readAt, withFilesAt } from './baseline.ts';
import type { Check, CheckResult } from './check.ts';

const API_SCHEMA = 'schema/api.graphql';
/** The version, major and minor, from which on contracts are kept. */
const BINDING_FROM = [0, 2] as const;

/** The internal contract: whoever calls an RPC or reads an event that main knows goes on being understood. */
export const protoBreaking: Check = {
  name: 'Breaking changes of proto/',
  run: () =>
    againstMain('proto/', (baseline) =>
      withFilesAt(baseline, ['buf.yaml', 'proto'], async (folder) => {
        const { code, output } = await runTool(toolPath('buf'), ['breaking', '--against', folder]);
        return { ok: code === 0, output };
      }),
    ),
};

/** The public contract: an operation that main's schema accepts goes on working, but for what was deprecated there. */
export const schemaBreaking: Check = {
  name: `Breaking changes of ${API_SCHEMA}`,
  run: () =>
    againstMain(API_SCHEMA, async (baseline) => {
      const before = await readAt(baseline, API_SCHEMA);
      if (before === undefined) return undefined;
      const changes = await diff(
        buildSchema(before),
        buildSchema(readFileSync(join(ROOT, API_SCHEMA), 'utf8')),
        [DiffRule.suppressRemovalOfDeprecatedField],
      );
      const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
      return { ok: breaking.length === 0, output: breaking.map(({ message }) => message).join('\n') };
    }),
};

function isBinding(): boolean {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > BINDING_FROM[0] || minor >= BINDING_FROM[1];
}

async function againstMain(
  subject: string,
  compare: (
    baseline: NonNullable<Awaited<ReturnType<typeof findBaseline>>>,
  ) => Promise<CheckResult | undefined>,
): Promise<CheckResult> {
  if (!isBinding()) return { ok: true, note: `nothing is binding before ${BINDING_FROM.join('.')}` };
  const baseline = await findBaseline();
  if (baseline === undefined) return { ok: true, note: 'nothing to compare with: there is no main branch' };
  const result = await compare(baseline);
  if (result === undefined)
    return { ok: true, note: `nothing to compare with: ${baseline.name} has no ${subject}` };
  return { ...result, note: `against ${baseline.name}` };
}
