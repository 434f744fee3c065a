import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { expect, inject, test } from 'vitest';
import { databaseOn, withConnection } from '../database/connect.ts';
import { migrateAll } from '../database/migrate.ts';
import { ROOT } from '../paths.ts';
import { type Started, startOn, startPorts, until } from './started.ts';

/** How often each is killed: KILL_ROUNDS in the environment. */
const rounds = inject('killRounds');

test(`a migration that is killed is there whole or not at all, and the next one finishes it (${rounds} kills)`, async () => {
  const whole = await migrate();
  for (let round = 0; round < rounds; round++) {
    const killAfterMs = Math.random() * whole.tookMs;
    const { tables } = await migrate(killAfterMs);
    expect(tables, `killed after ${killAfterMs} ms`).toEqual(whole.tables);
  }
}, 3_600_000);

/** Migrates an empty database by a process of its own, which is killed where a time is given; another one finishes it. */
async function migrate(killAfterMs?: number): Promise<{ tookMs: number; tables: unknown[] }> {
  const name = `fitme_test_killed_${randomBytes(6).toString('hex')}`;
  const url = databaseOn(inject('adminUrl'), name);
  return withConnection(inject('adminUrl'), async (admin) => {
    await admin.query(`CREATE DATABASE ${name}`);
    const began = performance.now();
    const env = { ...process.env, DATABASE_URL: url };
    const child = spawn(process.execPath, ['scripts/migrate.ts'], { cwd: ROOT, env, stdio: 'ignore' });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (killAfterMs !== undefined) {
      await Promise.race([sleep(killAfterMs), exited]);
      child.kill('SIGKILL');
    }
    await exited;
    const tookMs = performance.now() - began;
    await migrateAll({ adminUrl: url });
    const tables = await withConnection(url, tablesOf);
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    return { tookMs, tables };
  });
}

/** With their owners: the last thing that a migration does for a domain is to give it its event log. */
async function tablesOf(client: pg.Client): Promise<unknown[]> {
  const { rows } = await client.query(
    `SELECT schemaname, tablename, tableowner FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  return rows;
}

/** What the first start says when a step has ended, and how long the next one takes at the most, ms. */
const STEPS = [
  [/(?:)/, 2_500],
  [/✔ PostgreSQL/, 2_500],
  [/✔ Migrations/, 12_000],
  [/✔ Demo world/, 3_000],
  [/✔ Services/, 3_000],
] as const;

test('a first start that is killed in each of its steps is finished by the last one', async () => {
  await withData(async (start) => {
    for (const [said, nextTakesMs] of STEPS) {
      const killed = start();
      await until(() => said.test(killed.output()) || killed.child.exitCode !== null);
      await Promise.race([sleep(Math.random() * nextTakesMs), killed.exited]);
      expect(killed.child.exitCode, killed.output()).toBeNull();
      killed.child.kill('SIGKILL');
    }
    await finish(start());
  });
}, 600_000);

if (rounds > STEPS.length) {
  test(`each start after one that was killed is ready (${rounds} kills)`, async () => {
    let longestMs = 0;
    for (let round = 0; round <= rounds; round++) {
      await withData(async (start) => {
        const began = performance.now();
        if (round > 0) {
          const killed = start();
          await Promise.race([sleep(Math.random() * longestMs), killed.exited]);
          killed.child.kill('SIGKILL');
        }
        await finish(start());
        if (round === 0) longestMs = performance.now() - began;
      });
    }
  }, 36_000_000);
}

async function withData(use: (start: () => Started) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fitme-killed-'));
  const ports = await startPorts();
  try {
    await use(() => startOn(dataDir, ports));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function finish(started: Started): Promise<void> {
  await started.ready();
  started.child.kill('SIGINT');
  expect(await started.exited).toBe(0);
}
