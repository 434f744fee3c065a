import { availableParallelism } from 'node:os';
import { styleText } from 'node:util';
import { CHECKS } from './checks/all.ts';
import type { Check, CheckResult } from './checks/check.ts';
import { generate } from './generate.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { ensurePeers, isCI } from './programs.ts';
import { runMain, SetupError, seconds } from './terminal.ts';
import { PROJECTS, type Project } from './testing/projects.ts';
import { runVitest } from './testing/vitest.ts';

/** What has to be there before anything else can be checked. */
const GENERATED: Check = {
  name: 'Generated code',
  run: async () => ({ ok: true, note: (await generate()).join(', ') }),
};

const PEERS: Check = {
  name: 'Programs that tests need',
  run: async () => ({ ok: true, note: (await ensurePeers()).join(' ') }),
};

/**
 * `npm test`: every check, and every test that needs nothing but what npm brings, on free ports and throw-away data.
 *
 *     npm test -- unit             the tests that need no PostgreSQL and no Redis: no checks
 *     npm test -- messaging        the tests whose path has that word: no checks
 *     npm run test:peers           those that need programs of Debian, or a machine that is set up as CI's is
 */
await runMain(async () => {
  const began = performance.now();
  const stopSignal = createStopSignal();
  const { projects, rest } = readArguments(process.argv.slice(2));
  const preparations = projects.includes('peers') ? [GENERATED, PEERS] : [GENERATED];
  const checks = process.argv.length > 2 ? [] : CHECKS;
  const failedChecks = await runChecks(preparations, stopSignal);
  failedChecks.push(...(await runChecks(checks, stopSignal)));

  console.log(styleText('bold', '\nTests'));
  const tests = await runVitest([...projects.map((name) => `--project=${name}`), ...rest], stopSignal);
  if (failedChecks.length > 0)
    console.log(`Failed checks: ${failedChecks.map(({ name }) => name).join(', ')}`);
  if (tests.skipped > 0) console.log(`${tests.skipped} skipped${isCI() ? ', which CI does not allow' : ''}`);
  const failed = tests.failed + failedChecks.length + (isCI() ? tests.skipped : 0);
  console.log(`All of it took ${seconds(began)}.`);
  console.log(
    `${tests.passed + preparations.length + checks.length - failedChecks.length} passed, ${failed} failed`,
  );
  process.exitCode = failed > 0 || stopSignal.aborted ? 1 : 0;
});

/** Words that name projects choose those; a part of a path alone looks everywhere, and nothing at all leaves out the peers. From the first option on, all is Vitest's. */
function readArguments(args: readonly string[]): { projects: readonly Project[]; rest: string[] } {
  const firstOption = args.findIndex((word) => word.startsWith('-'));
  const words = firstOption < 0 ? args : args.slice(0, firstOption);
  const named = PROJECTS.filter((name) => words.includes(name));
  const rest = [...words.filter((word) => !named.some((name) => name === word)), ...args.slice(words.length)];
  if (named.length > 0) return { projects: named, rest };
  return { projects: rest.length > 0 ? PROJECTS : ['unit', 'services'], rest };
}

/** Runs checks side by side, as many as there are cores, and tells each result as it comes; answers with those that failed. */
async function runChecks(checks: readonly Check[], stopSignal: AbortSignal): Promise<Check[]> {
  const waiting = [...checks];
  const failed: Check[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check && !stopSignal.aborted; check = waiting.shift()) {
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
