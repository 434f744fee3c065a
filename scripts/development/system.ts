import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDatabase } from '../database/connect.ts';
import { readDomains } from '../database/domains.ts';
import { migrateAll } from '../database/migrate.ts';
import { gatewayEnvironment, type Network, servicesEnvironment, writeVariables } from '../environment.ts';
import { generate } from '../generate.ts';
import { loadKeys } from '../keys.ts';
import { CACHE_DIR, DATA_DIR, LOGS_DIR, ROOT, shownPath } from '../paths.ts';
import type { Child } from '../processes/child.ts';
import { createGuard, type Guard } from '../processes/guard.ts';
import { describeProcess } from '../processes/inspect.ts';
import { holderOf, type Lock, takeLock } from '../processes/lock.ts';
import { mustRunTool } from '../processes/tool.ts';
import { outsidePostgres, outsideRedis } from '../services/outside.ts';
import { startPostgres } from '../services/postgres.ts';
import { startRedis } from '../services/redis.ts';
import type { Service } from '../services/service.ts';
import { SetupError, step } from '../terminal.ts';
import { choosePorts, type Ports } from './ports.ts';
import { startProgram } from './program.ts';

/** The whole graph at work on this machine, with data that stays in .data/. */
export interface System {
  ports: Ports;
  databaseUrl: string;
  redisUrl: string;
  /** Resolves with the name of a program that has ended without being asked to. */
  lost: Promise<ProgramName>;
  /** Ends a program, if it runs, and starts it. */
  restart(name: ProgramName): Promise<void>;
  /** Ends everything, in the reverse order of need, within five seconds where the disk is not busy. */
  close(): Promise<void>;
}

/** The two processes of ours: all services in one, and the gateway. */
export type ProgramName = 'services' | 'gateway';

const LOCK_FILE = join(DATA_DIR, 'lock');
/** Holds the id of the process that ends what a start leaves that was killed. */
const WATCHDOG_FILE = join(DATA_DIR, 'watchdog');
/** Holds the variables of each role: a debugger starts one beside the system with them (.vscode/launch.json). */
const VARIABLES_DIR = join(DATA_DIR, 'variables');
const SEED_FILE = join(ROOT, 'scripts', 'seed.ts');
const PROGRAM_STOPS_WITHIN_MS = 1_800;

/**
 * Starts databases, brings code and tables up to date, and starts services and gateway, showing each step.
 *
 * @param stopSignal aborts the start as well.
 * @returns undefined where it did.
 * @throws SetupError where something of this machine is in the way; everything is closed again then.
 */
export async function startSystem(stopSignal: AbortSignal): Promise<System | undefined> {
  const lock = takeDataFolder();
  await untilLeftoversEnded();
  const parts: Parts = { lock, guard: createGuard(), programs: new Map() };
  writeFileSync(WATCHDOG_FILE, String(parts.guard.pid));
  try {
    return await unlessAborted(stopSignal, open(parts, await choosePorts(), stopSignal));
  } catch (error) {
    await closeParts(parts);
    if (stopSignal.aborted) return undefined;
    throw error;
  }
}

/** What was opened so far. */
interface Parts {
  lock: Lock;
  guard: Guard;
  postgres?: Service;
  redis?: Service;
  programs: Map<ProgramName, Child>;
}

async function open(parts: Parts, ports: Ports, stopSignal: AbortSignal): Promise<System> {
  const { guard } = parts;
  await Promise.all([
    step('PostgreSQL', async () => {
      parts.postgres = await openPostgres(guard);
    }),
    step('Redis', async () => {
      parts.redis = await openRedis(guard);
    }),
    step('Generated code', generate),
  ]);
  stopSignal.throwIfAborted();
  const databaseUrl = parts.postgres?.url ?? '';
  const redisUrl = parts.redis?.url ?? '';
  const domains = readDomains().map(({ name }) => name);
  const databaseUrls = await step('Migrations', () => migrateAll({ adminUrl: databaseUrl }));
  const address = { httpPort: ports.http, grpcPort: ports.grpc };
  const network: Network = {
    databaseUrls,
    redisUrl,
    addresses: Object.fromEntries(domains.map((name) => [name, address])),
    keys: loadKeys(join(DATA_DIR, 'keys.json'), [...domains, 'gateway']),
    filesDirectory: join(DATA_DIR, 'files'),
  };
  const services = servicesEnvironment(network, domains);
  const gateway = gatewayEnvironment(network, ports.gateway);
  writeVariables(join(VARIABLES_DIR, 'gateway.env'), gateway);
  for (const name of domains)
    writeVariables(join(VARIABLES_DIR, `${name}.env`), servicesEnvironment(network, [name]));
  if (existsSync(SEED_FILE)) {
    await step('Demo world', () => mustRunTool(SEED_FILE, [], { env: { ...process.env, ...services } }));
  }
  stopSignal.throwIfAborted();

  const lost = Promise.withResolvers<ProgramName>();
  const run = async (name: ProgramName, file: string, env: Record<string, string>, port: number) => {
    const readyUrl = `http://127.0.0.1:${port}/readyz`;
    const child = await startProgram({ guard, name, file, env, logFile: logFileOf(name), readyUrl });
    parts.programs.set(name, child);
    void child.exited.then(() => parts.programs.get(name) === child && lost.resolve(name));
  };
  const start = {
    services: () => run('services', 'subgraphs/serve.ts', services, ports.http),
    gateway: () => run('gateway', 'gateway/main.ts', gateway, ports.gateway),
  };
  // One after the other: the gateway would tell a newcomer of services that it cannot reach yet.
  await step('Services', start.services);
  await step('Gateway', start.gateway);
  return {
    ports,
    databaseUrl,
    redisUrl,
    lost: lost.promise,
    restart: async (name) => {
      await stopProgram(parts, name);
      await start[name]();
    },
    close: () => closeParts(parts),
  };
}

async function openPostgres(guard: Guard): Promise<Service> {
  const outside = process.env['DATABASE_URL'];
  if (outside) return outsidePostgres(outside);
  const server = await startPostgres({
    guard,
    cacheDir: CACHE_DIR,
    dataDir: join(DATA_DIR, 'postgres'),
    logFile: logFileOf('postgres'),
    durable: true,
  });
  return { ...server, url: await ensureDatabase(server.url, 'fitme') };
}

async function openRedis(guard: Guard): Promise<Service> {
  const outside = process.env['REDIS_URL'];
  if (outside) return outsideRedis(outside);
  const dataDir = join(DATA_DIR, 'redis');
  return startRedis({ guard, cacheDir: CACHE_DIR, dataDir, logFile: logFileOf('redis'), durable: true });
}

async function closeParts(parts: Parts): Promise<void> {
  await stopProgram(parts, 'gateway');
  await stopProgram(parts, 'services');
  await parts.redis?.close();
  await parts.postgres?.close();
  await parts.guard.close();
  parts.lock.release();
}

async function stopProgram({ programs }: Parts, name: ProgramName): Promise<void> {
  const child = programs.get(name);
  programs.delete(name);
  await child?.stop(PROGRAM_STOPS_WITHIN_MS);
}

/** One system at a time works on .data/; the logs of the one before are kept. */
function takeDataFolder(): Lock {
  const lock = lockDataFolder();
  if (lock === undefined) {
    throw new SetupError(
      `The system runs already (process ${holderOf(LOCK_FILE)}): stop that one first, or name another folder for data in ` +
        'FITME_DATA_DIR, and other ports in PORT, HTTP_PORT and GRPC_PORT.',
    );
  }
  rmSync(`${LOGS_DIR}.previous`, { recursive: true, force: true });
  if (existsSync(LOGS_DIR)) renameSync(LOGS_DIR, `${LOGS_DIR}.previous`);
  mkdirSync(LOGS_DIR);
  return lock;
}

/** A start that was killed leaves programs that still hold its ports and its data, for the moment that ending them takes. */
async function untilLeftoversEnded(): Promise<void> {
  if (!existsSync(WATCHDOG_FILE)) return;
  const pid = Number(readFileSync(WATCHDOG_FILE, 'utf8'));
  while (describeProcess(pid)?.command.includes('watchdog')) await sleep(50);
}

function lockDataFolder(): Lock | undefined {
  try {
    mkdirSync(DATA_DIR, { recursive: true });
    return takeLock(LOCK_FILE);
  } catch (error) {
    throw new SetupError(
      `${shownPath(DATA_DIR)} cannot be written to (${(error as NodeJS.ErrnoException).code}): name another folder for data in FITME_DATA_DIR.`,
    );
  }
}

function logFileOf(name: string): string {
  return join(LOGS_DIR, `${name}.log`);
}

async function unlessAborted<T>(stopSignal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  stopSignal.addEventListener('abort', () => aborted.reject(stopSignal.reason), { once: true });
  work.catch(() => {});
  return Promise.race([work, aborted.promise]);
}
