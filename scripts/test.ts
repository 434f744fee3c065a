import { availableParallelism } from 'node:os';
import { styleText } from 'node:util';
import { CHECKS } from './checks/all.ts';
import type { Check, CheckResult } from './checks/check.ts';
import { generate } from './generate.ts';
import { untilToldToStop } from './processes/lifetime.ts';
import { ensureTestPrograms, isCI } from './programs.ts';
import { runMain, SetupError, seconds } from './terminal.ts';
import { runVitest } from './testing/vitest.ts';

/** What has to be there before anything else can be checked. */
const PREPARATIONS: readonly Check[] = [
  { name: 'Generated code', run: async () => ({ ok: true, note: (await generate()).join(', ') }) },
  {
    name: 'Programs that tests need',
    run: async () => ({ ok: true, note: (await ensureTestPrograms()).join(' ') }),
  },
];

/**
 * `npm test`: every check and every test, on free ports and throw-away data. `npm test -- messaging` runs the tests whose
 * file names hold that word, and no checks.
 */
await runMain(async () => {
  const began = performance.now();
  const told = untilToldToStop();
  const args = process.argv.slice(2);
  const checks = args.length > 0 ? PREPARATIONS : [...PREPARATIONS, ...CHECKS];
  const failedChecks = await runChecks(PREPARATIONS, told);
  failedChecks.push(...(await runChecks(checks.slice(PREPARATIONS.length), told)));

  console.log(styleText('bold', '\nTests'));
  const tests = await runVitest(args, told);
  if (failedChecks.length > 0)
    console.log(`Failed checks: ${failedChecks.map(({ name }) => name).join(', ')}`);
  if (tests.skipped > 0) console.log(`${tests.skipped} skipped${isCI() ? ', which CI does not allow' : ''}`);
  const failed = tests.failed + failedChecks.length + (isCI() ? tests.skipped : 0);
  console.log(`All of it took ${seconds(began)}.`);
  console.log(`${tests.passed + checks.length - failedChecks.length} passed, ${failed} failed`);
  process.exitCode = failed > 0 || told.aborted ? 1 : 0;
});

/** Runs checks side by side, as many as there are cores, and tells each result as it comes; answers with those that failed. */
async function runChecks(checks: readonly Check[], told: AbortSignal): Promise<Check[]> {
  const waiting = [...checks];
  const failed: Check[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check && !told.aborted; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.push(check);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
  return failed;
}

async function runCheck(check: Check): Promise<boolean> {
  const began = performance.now();
  const {
    ok,
    note,
    output = '',
  } = await check.run().catch(
    (error: unknown): CheckResult => ({
      ok: false,
      output:
        error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error),
    }),
  );
  const mark = ok ? styleText('green', '✔') : styleText('red', '✘');
  console.log(`${mark} ${check.name} ${styleText('dim', [seconds(began), note].filter(Boolean).join('  '))}`);
  if (!ok) console.log(output.trim().replace(/^/gm, '    '));
  return ok;
}
