import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listParts, type Part } from './generate/parts.ts';
import { ROOT } from './paths.ts';
import { withLock } from './processes/lock.ts';
import { runMain, step } from './terminal.ts';

const HASHES_FILE = join(ROOT, 'gen', '.hash');
const LOCK_FILE = join(ROOT, 'gen', '.lock');

/**
 * Brings gen/ up to date with the contracts: the types of proto/, the resolver types of schema/, the clients of prisma/.
 * Parts whose inputs are as they were are left alone; the others are made at the same time.
 *
 * @returns the names of the parts that were made.
 * @throws SetupError with what the generator said.
 */
export async function generate(): Promise<string[]> {
  if (outdated(listParts()).length === 0) return [];
  return withLock(LOCK_FILE, async () => {
    const parts = outdated(listParts()); // another process may have made them meanwhile
    await Promise.all(parts.map(make));
    return parts.map(({ name }) => name);
  });
}

async function make(part: Part): Promise<void> {
  const hash = hashOf(part);
  rmSync(join(ROOT, part.output), { recursive: true, force: true });
  await part.generate();
  writeFileSync(HASHES_FILE, JSON.stringify({ ...readHashes(), [part.name]: hash }, undefined, 2));
}

function outdated(parts: Part[]): Part[] {
  const hashes = readHashes();
  return parts.filter((part) => hashes[part.name] !== hashOf(part) || !existsSync(join(ROOT, part.output)));
}

function hashOf(part: Part): string {
  const hash = createHash('sha256').update(part.output);
  for (const file of part.inputs) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  for (const name of part.packages)
    hash.update(readFileSync(join(ROOT, 'node_modules', name, 'package.json')));
  for (const file of globSync('scripts/generate/*.ts', { cwd: ROOT }))
    hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function readHashes(): Record<string, string> {
  return existsSync(HASHES_FILE) ? JSON.parse(readFileSync(HASHES_FILE, 'utf8')) : {};
}

if (import.meta.main) {
  await runMain(async () => {
    const made = await step('Generated code', generate);
    console.log(made.length > 0 ? `Made the ${made.join(', the ')}.` : 'Everything was up to date.');
  });
}
