import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIR } from './paths.ts';
import { startChild } from './processes/child.ts';
import { createGuard } from './processes/guard.ts';
import { toolPath } from './processes/tool.ts';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

const REPORT = join(CACHE_DIR, 'vitest.json');

/** Runs the tests, in sight, and counts them; `args` are vitest's, for example a part of file names. */
export async function runVitest(
  args: readonly string[],
  told: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TestCounts> {
  mkdirSync(CACHE_DIR, { recursive: true });
  rmSync(REPORT, { force: true });
  const guard = createGuard();
  const child = await startChild({
    guard,
    command: process.execPath,
    args: [
      toolPath('vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${REPORT}`,
      ...args,
    ],
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  told.addEventListener('abort', () => child.stop(), { once: true });
  const { code } = await child.exited;
  await guard.close();
  const counts = readCounts();
  return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** A file that could not be loaded has no tests to fail: it counts as one. */
function readCounts(): TestCounts {
  if (!existsSync(REPORT)) return { passed: 0, failed: 1, skipped: 0 };
  const report: Report = JSON.parse(readFileSync(REPORT, 'utf8'));
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
