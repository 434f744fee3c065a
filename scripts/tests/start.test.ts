import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../paths.ts';
import { describeProcess, isRunning } from '../processes/inspect.ts';
import { freePort } from '../processes/ports.ts';

const READY = /Ready after/;
const STOPS_WITHIN_MS = 5_000;

let dataDir: string;
let ports: Record<'PORT' | 'HTTP_PORT' | 'GRPC_PORT', string>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fitme-start-'));
  const [gateway, http, grpc] = [await freePort(), await freePort(), await freePort()].map(String);
  ports = { PORT: gateway ?? '', HTTP_PORT: http ?? '', GRPC_PORT: grpc ?? '' };
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** `npm start`, as the bootstrap runs it, on data of its own. */
function start(environment: Record<string, string> = {}) {
  const env = {
    ...process.env,
    ...ports,
    DATABASE_URL: '',
    REDIS_URL: '',
    FITME_DATA_DIR: dataDir,
    ...environment,
  };
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    exited,
    output: () => output,
    async ready() {
      await until(() => READY.test(output) || child.exitCode !== null);
      expect(output).toMatch(READY);
    },
  };
}

describe('npm start', () => {
  test('serves the gateway, and finds its data again the next time', async () => {
    const first = start();
    await first.ready();
    expect((await fetch(`http://127.0.0.1:${ports.PORT}/readyz`)).status).toBe(200);
    await query(first.output(), 'CREATE TABLE public.left_yesterday ()');
    await stop(first, 'SIGINT');

    const second = start();
    await second.ready();
    await query(second.output(), 'SELECT * FROM public.left_yesterday');
    await stop(second, 'SIGTERM');
  }, 300_000);

  test('leaves nothing behind when it is killed, and starts again', async () => {
    const killed = start();
    await killed.ready();
    const started = descendants(killed.child);
    expect(started.length).toBeGreaterThanOrEqual(5);
    killed.child.kill('SIGKILL');
    await until(() => started.every((pid) => !isRunning(pid)));

    const next = start();
    await next.ready();
    await stop(next, 'SIGINT');
  }, 300_000);

  test.each([
    ['a wrong DATABASE_URL', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'Check DATABASE_URL.'],
    ['a wrong REDIS_URL', { REDIS_URL: 'redis://127.0.0.1:1' }, 'Check REDIS_URL.'],
    ['a variable that is no port', { PORT: 'front' }, 'PORT takes a whole number'],
  ])('says in one line what is wrong with %s', async (_fault, environment, line) => {
    const { exited, output } = start(environment);
    expect(await exited).toBe(1);
    expect(failures(output())).toEqual([expect.stringContaining(line)]);
  });

  test.each(['PORT', 'HTTP_PORT', 'GRPC_PORT'] as const)(
    'says that the port of %s is taken',
    async (variable) => {
      const other = createServer().listen(Number(ports[variable]), '127.0.0.1');
      const { exited, output } = start();
      expect(await exited).toBe(1);
      expect(failures(output())).toEqual([expect.stringContaining(`choose another port with ${variable}=`)]);
      other.close();
    },
  );
});

async function stop({ child, exited }: ReturnType<typeof start>, signal: NodeJS.Signals): Promise<void> {
  const started = descendants(child);
  const began = performance.now();
  child.kill(signal);
  child.kill(signal);
  expect(await exited).toBe(0);
  expect(performance.now() - began).toBeLessThan(STOPS_WITHIN_MS);
  expect(started.filter(isRunning).map((pid) => describeProcess(pid)?.command)).toEqual([]);
}

/** The lines from the one that says that it failed. */
function failures(output: string): string[] {
  const lines = output.trim().split('\n');
  return lines.slice(lines.findIndex((line) => line.includes('Failed:')));
}

async function query(output: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: /postgres:\/\/\S+/.exec(output)?.[0] });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

function descendants({ pid = 0 }: ChildProcess): number[] {
  const all = (parent: number): number[] => childrenOf(parent).flatMap((child) => [child, ...all(child)]);
  return all(pid);
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

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50);
}
