import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guard } from './guard.ts';

interface ChildOptions {
  guard: Guard;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  stdio?: StdioOptions;
  /** What asks the program to end in good order. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to end in good order before it is killed, ms. Default 3 s. */
  graceMs?: number;
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks for an end in good order and, after `withinMs` (its grace where left out), kills it. Resolves when it has ended. */
  stop(withinMs?: number): Promise<Exit>;
}

/**
 * Starts a program as the leader of a process group of its own, so that a terminal's Ctrl-C does not reach it before its turn,
 * and under a guard, so that it does not outlive this process.
 *
 * @throws where the program cannot be started.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { guard, command, args, stopSignal = 'SIGTERM', graceMs = 3_000, ...rest } = options;
  if (guard.closed) throw new Error(`${command} is not started any more: its guard was closed`);
  const child = spawn(command, args, { stdio: 'ignore', ...definedOnly(rest), detached: true });
  const exited = new Promise<Exit>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  // Into care in the same turn: whatever comes next, it is either guarded or was never started.
  if (child.pid !== undefined) guard.end(child.pid, stopSignal, graceMs);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid as number;
  void exited.then(() => guard.forget(pid));
  return {
    pid,
    process: child,
    exited,
    stop: async (withinMs = graceMs) => {
      signalGroup(pid, stopSignal);
      const insist = setTimeout(() => signalGroup(pid, 'SIGKILL'), withinMs);
      return exited.finally(() => clearTimeout(insist));
    },
  };
}

/** Waits until `ready` answers true, asking every 20 ms; gives up when the child ends first or the time is over. */
export async function untilReady(
  child: Child,
  ready: () => Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  let ended = false;
  void child.exited.then(() => {
    ended = true;
  });
  for (const deadline = Date.now() + withinMs; Date.now() < deadline && !ended; await sleep(20)) {
    if (await ready()) return true;
  }
  return false;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

function definedOnly<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
