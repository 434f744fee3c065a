import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CACHE_DIR, ROOT } from '../paths.ts';

/** What the contracts of every domain are held to; the others start the whole graph. */
const CONTRACTS = [
  'descriptions',
  'domain-rooms',
  'names',
  'none',
  'platform-tables',
  'scopes',
  'shared',
].map((name) => `tests/contracts/${name}.test.ts`);

/** A copy of the project, in which domains are written. */
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'fitme-new-domain-'));
  const left = ['node_modules', '.git', '.cache', '.data'];
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test.each([
  ['', 'Say what to call it'],
  ['messaging', 'There is a domain messaging already'],
  ['gift-cards', '"gift-cards" cannot be its name'],
  ['Payments', 'one word of 3 to 30 small letters'],
  ['order', '"order" is reserved'],
  ['paging', '"paging" is reserved'],
  ['billing', 'Say what billing holds'],
  ['billing message', 'The contracts have a Message already'],
])('"%s" is refused in words', async (words, why) => {
  const { code, output } = await run('scripts/new-domain.ts', ...words.split(' ').filter(Boolean));
  expect(output).toContain(why);
  expect(code).toBe(1);
});

test('a new domain composes, has the right types and answers through both of its doors', async () => {
  const made = await run('scripts/new-domain.ts', 'billing', 'invoice');
  expect(made.code, made.output).toBe(0);
  const [types, tests] = await Promise.all([
    run('node_modules/@typescript/native/bin/tsc', '--project', '.'),
    run('scripts/test.ts', 'subgraphs/billing', ...CONTRACTS),
  ]);
  expect(types.code, types.output).toBe(0);
  expect(tests.code, tests.output).toBe(0);
});

/** Runs a program of the copy under this Node to its end. */
async function run(...program: string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, DATABASE_URL: '', REDIS_URL: '', FITME_CACHE_DIR: CACHE_DIR };
  const child = spawn(process.execPath, program, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
