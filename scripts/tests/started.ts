import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ROOT } from '../paths.ts';
import { freePort } from '../processes/ports.ts';

/** An `npm start` under test. */
export interface Started {
  child: ChildProcess;
  /** Its exit code; null where a signal ended it. */
  exited: Promise<number | null>;
  /** All that it has said so far. */
  output(): string;
  /** Resolves when it is ready; fails with what it said where it ends before. */
  ready(): Promise<void>;
}

export type StartPorts = Record<'PORT' | 'HTTP_PORT' | 'GRPC_PORT', string>;

const READY = /Ready after/;

/** Ports for one `npm start` that no other test is given. */
export async function startPorts(): Promise<StartPorts> {
  return {
    PORT: String(await freePort()),
    HTTP_PORT: String(await freePort()),
    GRPC_PORT: String(await freePort()),
  };
}

/** Starts a program that is, or ends in, `npm start`. */
export function startProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  return {
    child,
    exited: new Promise((resolve) => child.once('close', resolve)),
    output: () => output,
    async ready() {
      await until(() => READY.test(output) || child.exitCode !== null || child.signalCode !== null);
      expect(output).toMatch(READY);
    },
  };
}

/** `npm start`, as the bootstrap runs it, with databases of its own in a folder. */
export function startOn(
  dataDir: string,
  ports: StartPorts,
  environment: Readonly<Record<string, string>> = {},
): Started {
  const data = { DATABASE_URL: '', REDIS_URL: '', FITME_DATA_DIR: dataDir };
  const env = { ...process.env, ...ports, ...data, ...environment };
  return startProgram(process.execPath, ['scripts/start.ts'], env);
}

/** The lines from the one that says that it failed. */
export function failures(output: string): string[] {
  const lines = output.trim().split('\n');
  return lines.slice(lines.findIndex((line) => line.includes('Failed:')));
}

/** The ids of all processes that a process has started, and those. */
export function descendants({ pid = 0 }: ChildProcess): number[] {
  const all = (parent: number): number[] => childrenOf(parent).flatMap((child) => [child, ...all(child)]);
  return all(pid);
}

/** Waits for a condition, without a limit of its own: the test's applies. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50);
}

function childrenOf(pid: number): number[] {
  return listChildren(pid).split(/\s+/).filter(Boolean).map(Number);
}

function listChildren(pid: number): string {
  if (process.platform !== 'linux')
    return spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout;
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  } catch {
    // It ended since its parent was asked for it.
    return '';
  }
}
