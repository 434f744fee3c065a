import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE_DIR } from '../paths.ts';
import { installDebianPackages, isCI } from '../programs.ts';
import { locateRedis } from '../services/redis-program.ts';
import { SetupError } from '../terminal.ts';
import type { Moment } from './moments.ts';
import { MOMENT_VARIABLE } from './preflight.ts';

const LIBRARIES = ['/usr/lib/*/faketime/libfaketime.so.1', '/usr/lib*/faketime/libfaketime.so.1'];
const DEBIAN_PACKAGE = 'faketime';
/** What waits; the linker lets a name that is another's end share its letters, as `poll` is in `ppoll`. */
const WAITS = ['epoll_wait', 'epoll_pwait', 'ppoll', 'pselect', 'clock_nanosleep'];
/** First on PATH, so that whoever starts a Redis starts this one. */
const PROGRAMS_DIR = join(CACHE_DIR, 'clock');

/**
 * The library that tells programs another time; in CI it is installed where it is missing.
 *
 * @throws SetupError where it is missing, with the package to install.
 */
export async function ensureFaketime(): Promise<string> {
  if (process.platform !== 'linux')
    throw new SetupError('test:clock needs Linux: other systems do not let PostgreSQL see another time.');
  if (findFaketime() === undefined && isCI()) await installDebianPackages([DEBIAN_PACKAGE]);
  const library = findFaketime();
  if (library === undefined)
    throw new SetupError(
      `There is no libfaketime here. Install it with "sudo apt-get install ${DEBIAN_PACKAGE}".`,
    );
  return withoutWaits(library);
}

/**
 * The environment of programs for which it is `moment` now. The time is given as a distance from the real one, the same for
 * all: an absolute one would begin anew in every process.
 */
export function environmentAt({ startsAt }: Moment, library: string): NodeJS.ProcessEnv {
  const seconds = Math.round((Date.parse(startsAt) - Date.now()) / 1_000);
  return {
    ...process.env,
    PATH: `${PROGRAMS_DIR}${delimiter}${process.env['PATH']}`,
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    // Timers and time-outs go by the monotonic clock, which has no date.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // What Node asks the kernel for directly is true; what others ask the C library for would be shifted.
    NO_FAKE_STAT: '1',
    [MOMENT_VARIABLE]: startsAt,
  };
}

/**
 * Brings a Redis that keeps the real time: under libfaketime its allocator, jemalloc, asks for the time while it starts, and
 * waits for itself for ever (github.com/wolfcw/libfaketime/issues/130).
 */
export async function keepRedisAtRealTime(): Promise<void> {
  const { command, env } = await locateRedis(CACHE_DIR);
  const settings = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  put(
    join(PROGRAMS_DIR, 'redis-server'),
    `#!/bin/sh\nunset LD_PRELOAD\n${settings.join('')}exec '${command}' "$@"\n`,
  );
}

/**
 * A copy of the library that leaves the functions which wait to the C library.
 *
 * libfaketime replaces them for clocks that go faster or slower, and shows the true time to whatever runs while one of them
 * waits, signal handlers included. PostgreSQL reads the clock in the handler of its timer: with a clock that is ahead no
 * statement_timeout, lock_timeout or deadlock_timeout would ever end a wait. A function is left to the C library by another
 * name in the table of those that the library offers; the name by which it finds the original stands elsewhere.
 */
function withoutWaits(library: string): string {
  const copy = join(PROGRAMS_DIR, 'libfaketime.so.1');
  let bytes = readFileSync(library).toString('latin1');
  for (const name of WAITS) {
    const at = bytes.indexOf(`\0${name}\0`);
    if (at < 0)
      throw new SetupError(`${library} offers no ${name}: this version of libfaketime is not known.`);
    const last = at + name.length;
    bytes = `${bytes.slice(0, last)}_${bytes.slice(last + 1)}`;
  }
  put(copy, Buffer.from(bytes, 'latin1'));
  return copy;
}

/** Puts a new file in a program's place at once: one that is written over takes its code away from those who run it. */
function put(file: string, content: string | Buffer): void {
  const own = `${file}.${process.pid}`;
  mkdirSync(PROGRAMS_DIR, { recursive: true });
  writeFileSync(own, content, { mode: 0o755 });
  renameSync(own, file);
}

function findFaketime(): string | undefined {
  return globSync(LIBRARIES)[0];
}
