import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadedBy, withoutTypes } from '../../scripts/module-graph.ts';
import { PACKAGES } from '../../scripts/packages.ts';

/** What `npm start` runs: the two processes with what is loaded in front of them, and the command that makes gen/. */
const ENTRIES = ['gateway/main.ts', 'subgraphs/serve.ts', 'observability/register.ts', 'scripts/generate.ts'];

const loaded = loadedBy(ENTRIES);
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;

it('is told of twelve packages', () => {
  expect(PACKAGES).toHaveLength(12);
});

describe.each(PACKAGES)('$name', ({ name, file, sign, test }) => {
  it('is what its file runs with, on the way that npm start takes', () => {
    const imported = new RegExp(`(?:from|import\\() ?'${name}(?:/[^']*)?'`);
    const code = withoutTypes(readFileSync(file, 'utf8'));
    expect(sign === undefined ? imported.test(code) : code.includes(sign)).toBe(true);
    expect([...loaded]).toContain(file);
    const known = { ...manifest['dependencies'], ...manifest['devDependencies'] };
    expect(known[name]).toMatch(/^\d/);
  });

  it('has a test that loads it', () => {
    expect(existsSync(test)).toBe(true);
    // Some start a program that loads it, or the package itself.
    const text = readFileSync(test, 'utf8');
    const starts = text.includes('program.ts') || (sign !== undefined && text.includes(sign));
    expect(starts || loadedBy([test]).has(file)).toBe(true);
  });
});
