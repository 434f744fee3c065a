import { styleText } from 'node:util';
import { findClockFiles } from './clock/clock-files.ts';
import { ensureFaketime, environmentAt, keepRedisAtRealTime } from './clock/faketime.ts';
import { MOMENTS, type Moment } from './clock/moments.ts';
import { generate } from './generate.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { ensurePeers } from './programs.ts';
import { runMain, SetupError, seconds } from './terminal.ts';
import { runVitest, type TestCounts } from './testing/vitest.ts';

/**
 * `npm run test:clock`: the tests that can see the clock, at each moment of clock/moments.ts. Node, PostgreSQL and what they start
 * see the time of the moment, by libfaketime; Redis keeps the real one.
 *
 *     npm run test:clock -- --moment leap-day subgraphs/diet
 *
 * takes one moment, and of the files those whose path has one of the words. From the first other option on, all is Vitest's.
 */
await runMain(async () => {
  const stopSignal = createStopSignal();
  const { moments, files, options } = readArguments(process.argv.slice(2));
  const library = await ensureFaketime();
  await keepRedisAtRealTime();
  await generate();
  for (const sentence of await ensurePeers()) console.log(sentence);
  const total = { passed: 0, failed: 0 };
  const lines: string[] = [];
  for (const moment of moments) {
    if (stopSignal.aborted) break;
    const heading = `${moment.name}: ${moment.startsAt}, ${moment.why}`;
    console.log(styleText('bold', `\n${heading}; ${files.length} files`));
    const began = performance.now();
    const counts = await runVitest([...files, ...options], stopSignal, environmentAt(moment, library));
    total.passed += counts.passed;
    total.failed += counts.failed;
    lines.push(lineOf(moment, files.length, counts, began));
    console.log(lines.at(-1));
  }
  console.log(styleText('bold', '\nMoments'));
  for (const line of lines) console.log(line);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || stopSignal.aborted ? 1 : 0;
});

function lineOf(
  { name, startsAt }: Moment,
  files: number,
  { passed, failed, skipped }: TestCounts,
  began: number,
) {
  const mark = failed > 0 ? styleText('red', '✘') : styleText('green', '✔');
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  return `${mark} ${name} (${startsAt}): ${files} files, ${passed} passed, ${failed} failed${left} ${styleText('dim', seconds(began))}`;
}

interface Arguments {
  moments: readonly Moment[];
  files: string[];
  /** For Vitest. */
  options: string[];
}

function readArguments(args: readonly string[]): Arguments {
  const rest = [...args];
  const names: string[] = [];
  for (let at = rest.indexOf('--moment'); at >= 0; at = rest.indexOf('--moment'))
    names.push(rest.splice(at, 2)[1] ?? '');
  const unknown = names.filter((name) => !MOMENTS.some((moment) => moment.name === name));
  if (unknown.length > 0) {
    const known = MOMENTS.map(({ name }) => name).join(', ');
    throw new SetupError(`There is no moment "${unknown.join('", "')}": choose from ${known}.`);
  }
  const firstOption = rest.findIndex((argument) => argument.startsWith('-'));
  const words = firstOption < 0 ? rest : rest.slice(0, firstOption);
  const files = findClockFiles().filter(
    (file) => words.length === 0 || words.some((word) => file.includes(word)),
  );
  if (files.length === 0) throw new SetupError(`No test that can see the clock has "${words.join('", "')}".`);
  return {
    moments: names.length === 0 ? MOMENTS : MOMENTS.filter(({ name }) => names.includes(name)),
    files,
    options: firstOption < 0 ? [] : rest.slice(firstOption),
  };
}
