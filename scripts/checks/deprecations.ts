import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DirectiveNode, parse, visit } from 'graphql';
import { ROOT } from '../paths.ts';
import type { Check } from './check.ts';

/** "2026-12-01: ask for `viewer`. Goes with 0.3." */
const REASON = /^(\d{4}-\d{2}-\d{2}): .{10,}\. Goes with (\d+)\.(\d+)\.$/;

/** How parts of the schema go (CONTRIBUTING.md): each says since when, what to ask for instead, and when it goes; and goes then. */
export const deprecations: Check = {
  name: 'Deprecations',
  async run() {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const reasons = globSync('schema/*.graphql', { cwd: ROOT })
      .filter((file) => !/\/(?:api|supergraph)\.graphql$/.test(file))
      .flatMap((file) => reasonsIn(file));
    const faults = reasons.flatMap(({ place, reason }) => {
      const fault = faultOf(reason, version);
      return fault === null ? [] : [`${place}: ${fault}`];
    });
    return {
      ok: faults.length === 0,
      note: `${reasons.length} parts of the schema`,
      output: faults.join('\n'),
    };
  },
};

/** What is wrong with the reason of something that stands in the schema of a version; null for nothing. */
export function faultOf(reason: string, version: string): string | null {
  const [, , major = '', minor = ''] = REASON.exec(reason) ?? [];
  if (major === '') return `"${reason}" is not of the form "2026-12-01: ask for … instead. Goes with 0.3."`;
  const [presentMajor = 0, presentMinor = 0] = version.split('.').map(Number);
  const isDue =
    presentMajor > Number(major) || (presentMajor === Number(major) && presentMinor >= Number(minor));
  return isDue ? `is to go with ${major}.${minor}, and this is ${version}: remove it` : null;
}

function reasonsIn(file: string): { place: string; reason: string }[] {
  const found: { place: string; reason: string }[] = [];
  visit(parse(readFileSync(join(ROOT, file), 'utf8')), {
    Directive(node: DirectiveNode) {
      if (node.name.value !== 'deprecated') return;
      const value = node.arguments?.find(({ name }) => name.value === 'reason')?.value;
      const line = node.loc?.startToken.line;
      found.push({ place: `${file}:${line}`, reason: value && 'value' in value ? String(value.value) : '' });
    },
  });
  return found;
}
