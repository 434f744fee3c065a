import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIR } from '../paths.ts';
import { runInSight, toolPath } from '../processes/tool.ts';

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

/** Of this process: another run in the same checkout writes its own. */
const REPORT = join(CACHE_DIR, `vitest-${process.pid}.json`);

/** Runs the tests, in sight, and counts them; `args` are vitest's, for example a part of file names. */
export async function runVitest(
  args: readonly string[],
  stopSignal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<TestCounts> {
  mkdirSync(CACHE_DIR, { recursive: true });
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const code = await runInSight([toolPath('vitest'), 'run', ...options, ...args], stopSignal, env);
  const counts = readCounts();
  rmSync(REPORT, { force: true });
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
