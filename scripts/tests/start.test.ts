import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeProcess, isRunning } from '../processes/inspect.ts';
import {
  descendants,
  failures,
  type Started,
  type StartPorts,
  startOn,
  startPorts,
  until,
} from './started.ts';

let dataDir: string;
let ports: StartPorts;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fitme-start-'));
  ports = await startPorts();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function start(environment: Readonly<Record<string, string>> = {}): Started {
  return startOn(dataDir, ports, environment);
}

describe('npm start', () => {
  test('serves the gateway, refuses a second beside it, and finds its data again the next time', async () => {
    const first = start();
    await first.ready();
    expect((await fetch(`http://127.0.0.1:${ports.PORT}/readyz`)).status).toBe(200);
    await query(first.output(), 'CREATE TABLE public.left_yesterday ()');

    const inItsFolder = start(await startPorts());
    expect(await inItsFolder.exited).toBe(1);
    const runs = `The system runs already (process ${first.child.pid})`;
    expect(failures(inItsFolder.output())).toEqual([expect.stringContaining(runs)]);
    const elsewhere = mkdtempSync(join(tmpdir(), 'fitme-start-'));
    const onItsPorts = start({ FITME_DATA_DIR: elsewhere });
    expect(await onItsPorts.exited).toBe(1);
    expect(failures(onItsPorts.output())).toEqual([
      expect.stringContaining('choose another port with PORT='),
    ]);
    rmSync(elsewhere, { recursive: true });
    expect((await fetch(`http://127.0.0.1:${ports.PORT}/readyz`)).status).toBe(200);
    await stop(first, 'SIGINT');

    const second = start();
    await second.ready();
    await query(second.output(), 'SELECT * FROM public.left_yesterday');
    await stop(second, 'SIGTERM');
  }, 300_000);

  test('leaves nothing behind when it is killed, and one of two that start at once takes its place', async () => {
    const killed = start();
    await killed.ready();
    const started = descendants(killed.child);
    expect(started.length).toBeGreaterThanOrEqual(5);
    killed.child.kill('SIGKILL');
    await until(() => started.every((pid) => !isRunning(pid)));

    const both = [start(), start()] as const;
    const refused = await Promise.race(both.map(async (each) => each.exited.then(() => each)));
    expect(failures(refused.output())).toEqual([expect.stringContaining('The system runs already')]);
    const next = both[0] === refused ? both[1] : both[0];
    await next.ready();
    await stop(next, 'SIGINT');
  }, 300_000);

  test.each([
    ['a wrong DATABASE_URL', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'Check DATABASE_URL.'],
    ['a wrong REDIS_URL', { REDIS_URL: 'redis://127.0.0.1:1' }, 'Check REDIS_URL.'],
    ['a variable that is no port', { PORT: 'front' }, 'PORT takes a whole number'],
    [
      'a folder for data that is no folder',
      { FITME_DATA_DIR: '/dev/null/data' },
      'another folder for data in FITME_DATA_DIR',
    ],
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

/** Tells it twice, as an impatient person does, and makes sure that nothing of it is left. */
async function stop({ child, exited }: Started, signal: NodeJS.Signals): Promise<void> {
  const started = descendants(child);
  child.kill(signal);
  child.kill(signal);
  expect(await exited).toBe(0);
  expect(started.filter(isRunning).map((pid) => describeProcess(pid)?.command)).toEqual([]);
}

async function query(output: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: /postgres:\/\/\S+/.exec(output)?.[0] });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
