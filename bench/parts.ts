import { createWriteStream, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild, untilReady } from '../scripts/processes/child.ts';
import { createGuard, type Guard } from '../scripts/processes/guard.ts';
import { SetupError } from '../scripts/terminal.ts';

/** Holds what a run of the bench opens, and closes it in reverse order. */
export interface Parts {
  guard: Guard;
  /** Is a folder for files that go with the run. */
  folder: string;
  /** Closes it with the run. */
  keep<Part extends { close(): unknown }>(part: Part): Part;
  /** Starts a program with its output in a file; resolves when `ready` answers true. */
  start(program: Program): Promise<Child>;
  close(): Promise<void>;
}

interface Program {
  name: string;
  /** Holds the arguments of node. */
  args: readonly string[];
  env?: Record<string, string>;
  ready(): Promise<boolean>;
}

const READY_WITHIN_MS = 60_000;

/** Begins a run. */
export function openParts(): Parts {
  const guard = createGuard();
  const folder = mkdtempSync(join(tmpdir(), 'fitme-bench-'));
  guard.remove(folder);
  const open: { close(): unknown }[] = [];

  function keep<Part extends { close(): unknown }>(part: Part): Part {
    open.unshift(part);
    return part;
  }

  async function start({ name, args, env, ready }: Program): Promise<Child> {
    // Apart from the files that programs watch: every line would wake them.
    const logFile = join(mkdtempSync(join(folder, 'log-')), `${name}.log`);
    const log = createWriteStream(logFile);
    await new Promise((resolve) => log.once('open', resolve));
    const child = await startChild({
      guard,
      command: process.execPath,
      args,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', log, log],
    });
    keep({ close: () => child.stop() });
    if (await untilReady(child, () => ready().catch(() => false), READY_WITHIN_MS)) return child;
    const lastWords = readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new SetupError(`${name} did not become ready. It said in the end:\n${lastWords}`);
  }

  return {
    guard,
    folder,
    keep,
    start,
    async close() {
      for (const part of open) await part.close();
      // The folder is still in its care, and goes now.
      await guard.close();
    },
  };
}
