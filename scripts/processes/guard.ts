import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Ends what was given into its care when this process ends without having done so itself, even by SIGKILL. */
export interface Guard {
  /** The watchdog's process, which outlives this one until nothing is left of what is in care. */
  readonly pid: number;
  /** Whether it was closed: nothing may be started any more. */
  readonly closed: boolean;
  /** Takes a process group, by its leader's id, into care; `signal` asks it to end in good order, for which it has `graceMs`. */
  end(pid: number, signal: NodeJS.Signals, graceMs: number): void;
  /** The group has ended. */
  forget(pid: number): void;
  /** Takes a folder of throw-away data into care. */
  remove(folder: string): void;
  /** The folder was removed. */
  keep(folder: string): void;
  /** Nothing is left to guard. What is still in care is ended now. */
  close(): Promise<void>;
}

const WATCHDOG = fileURLToPath(new URL('./watchdog.ts', import.meta.url));

/** Starts the watchdog process that stands behind a {@link Guard}: one is enough for all that a command starts. */
export function createGuard(): Guard {
  const watchdog = spawn(process.execPath, [WATCHDOG], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => watchdog.once('exit', () => resolve()));
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  const say = (line: string) => watchdog.stdin.write(`${line}\n`);
  let closed = false;
  return {
    pid: watchdog.pid ?? 0,
    get closed() {
      return closed;
    },
    end: (pid, signal, graceMs) => say(`end ${pid} ${signal} ${graceMs}`),
    forget: (pid) => say(`forget ${pid}`),
    remove: (folder) => say(`remove ${encodeURIComponent(folder)}`),
    keep: (folder) => say(`keep ${encodeURIComponent(folder)}`),
    close: async () => {
      closed = true;
      watchdog.ref();
      watchdog.stdin.end();
      await ended;
    },
  };
}
