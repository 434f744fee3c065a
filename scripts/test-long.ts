import { generate } from './generate.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { runInSight } from './processes/tool.ts';
import { runMain, SetupError, seconds } from './terminal.ts';

interface Part {
  name: string;
  /** Arguments of Node. */
  args: readonly string[];
  env?: Record<string, string>;
}

/** What takes too long for every change, the shortest first. */
const PARTS: readonly Part[] = [
  { name: 'differential', args: ['tests/differential/run.ts'] },
  {
    name: 'chaos',
    args: ['scripts/test.ts', 'tests/chaos', 'tests/crash'],
    env: { CHAOS_ROUNDS: '20' },
  },
  { name: 'soak', args: ['bench/soak.ts'] },
  { name: 'packages', args: ['scripts/test-packages.ts'] },
  { name: 'starts', args: ['scripts/test.ts', 'scripts/tests/killed-starts'], env: { KILL_ROUNDS: '100' } },
  { name: 'clock', args: ['scripts/test-clock.ts'] },
];

/**
 * `npm run test:long`: the long forms of tests, some hours of them; run before a change of what they are about is taken.
 * `npm run test:long -- clock chaos` runs those.
 */
await runMain(async () => {
  const stopSignal = createStopSignal();
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !PARTS.some((part) => part.name === name));
  if (unknown)
    throw new SetupError(
      `There is no part ${unknown}; there are ${PARTS.map(({ name }) => name).join(', ')}.`,
    );
  const chosen = PARTS.filter(({ name }) => names.length === 0 || names.includes(name));
  await generate();
  const results: { name: string; ok: boolean; took: string }[] = [];
  for (const part of chosen) {
    const began = performance.now();
    console.log(`\n── ${part.name}, ${new Date().toISOString()}`);
    const env = { ...process.env, ...part.env };
    const ok = !stopSignal.aborted && (await runInSight(part.args, stopSignal, env)) === 0;
    results.push({ name: part.name, ok, took: seconds(began) });
  }
  console.log();
  for (const { name, ok, took } of results) console.log(`${ok ? '✔' : '✘'} ${name}  ${took}`);
  const passed = results.filter(({ ok }) => ok).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  process.exitCode = passed === results.length ? 0 : 1;
});
