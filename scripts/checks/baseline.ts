import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../processes/tool.ts';

/** The commit that contracts may not break. */
interface Baseline {
  commit: string;
  /** How to call it in a sentence. */
  name: string;
}

/** The main branch; where that is what is checked out, the commit before. Undefined without a git history to look at. */
export async function findBaseline(): Promise<Baseline | undefined> {
  const head = await resolve('HEAD');
  const main = (await resolve('main')) ?? (await resolve('origin/main'));
  if (main === undefined || head === undefined) return undefined;
  if (main !== head) return { commit: main, name: `main (${main.slice(0, 8)})` };
  const before = await resolve('HEAD~1');
  return before === undefined
    ? undefined
    : { commit: before, name: `the commit before (${before.slice(0, 8)})` };
}

/** A file's text in the baseline; undefined where it is new since. */
export async function readAt({ commit }: Baseline, path: string): Promise<string | undefined> {
  const { code, output } = await runProgram('git', ['show', `${commit}:${path}`]);
  return code === 0 ? output : undefined;
}

/**
 * Gives a copy of some of the baseline's files to `use`, in a folder that goes afterwards.
 *
 * @returns undefined where the baseline lacks one of the paths.
 */
export async function withFilesAt<T>(
  { commit }: Baseline,
  paths: readonly string[],
  use: (folder: string) => Promise<T>,
): Promise<T | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'fitme-baseline-'));
  try {
    const archive = join(folder, 'files.tar');
    const { code } = await runProgram('git', ['archive', '-o', archive, commit, '--', ...paths]);
    if (code !== 0) return undefined;
    await runProgram('tar', ['-xf', archive, '-C', folder]);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function resolve(revision: string): Promise<string | undefined> {
  const { code, output } = await runProgram('git', [
    'rev-parse',
    '--verify',
    '--quiet',
    `${revision}^{commit}`,
  ]);
  return code === 0 ? output.trim() : undefined;
}
