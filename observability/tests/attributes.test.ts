import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS, SPAN_ATTRIBUTES } from '../attributes.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Lists the files that run in production, without the declarations themselves. */
const sources = globSync('{gateway,platform,subgraphs,observability}/**/*.ts', {
  cwd: ROOT,
  exclude: ['**/tests/**', '**/*.test.ts', 'observability/attributes.ts', 'observability/dashboards/**'],
})
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

test.each([
  ['span attribute', SPAN_ATTRIBUTES],
  ['metric', METRICS],
])('no %s is declared that nobody sets', (_what, declared) => {
  expect(sources).toContain("'fitme.domain'");
  expect(Object.keys(declared).filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});
