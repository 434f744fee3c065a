import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { createReadableStream } from '../../observability/readable-log.ts';
import { type Child, startChild, untilReady } from '../processes/child.ts';
import type { Guard } from '../processes/guard.ts';
import { SetupError } from '../terminal.ts';

interface ProgramOptions {
  guard: Guard;
  /** Shown before what the program says. */
  name: string;
  /** Its main file. */
  file: string;
  env: Record<string, string>;
  /** All that it says. */
  logFile: string;
  /** Answers 200 when the program is ready. */
  readyUrl: string;
}

const READY_WITHIN_MS = 60_000;
/** Lines that an error quotes. */
const LAST_WORDS = 8;
const SHOWN_LEVELS = new Set(['warn', 'error', 'fatal']);

/**
 * Starts one of our own programs and waits until it is ready. What it logs goes to its log file; warnings and worse, and
 * whatever is no log line, are shown as well. With LOG_LEVEL=debug or trace, everything is.
 *
 * @throws SetupError where it ends before it is ready, or takes too long.
 */
export async function startProgram(options: ProgramOptions): Promise<Child> {
  const { guard, name, file, env, logFile, readyUrl } = options;
  const child = await startChild({
    guard,
    command: process.execPath,
    args: ['--import', './observability/register.ts', file],
    env: { OTEL_SERVICE_NAME: name, ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastWords = relayOutput(child, name, logFile);
  if (!(await untilReady(child, () => answersOk(readyUrl), READY_WITHIN_MS))) {
    await child.stop();
    throw new SetupError(
      `${name} did not become ready; all that it said stands in ${logFile}, in the end:\n${lastWords.join('\n')}`,
    );
  }
  return child;
}

/** Answers with the last lines, which go on changing. */
function relayOutput({ process: { stdout, stderr } }: Child, name: string, logFile: string): string[] {
  const log = createWriteStream(logFile, { flags: 'a' });
  const shown = createReadableStream(process.stdout);
  const lastWords: string[] = [];
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      lastWords.splice(0, lastWords.length - LAST_WORDS + 1);
      lastWords.push(line);
      if (isShown(line)) shown.write(line.startsWith('{') ? line : `${styleText('dim', name)} ${line}\n`);
    });
  }
  return lastWords;
}

function isShown(line: string): boolean {
  if (/^(debug|trace)$/.test(process.env['LOG_LEVEL'] ?? '')) return true;
  try {
    return SHOWN_LEVELS.has(JSON.parse(line).level);
  } catch {
    return true;
  }
}

async function answersOk(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
