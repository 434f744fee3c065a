import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { ROOT } from '../paths.ts';
import { holderOf, takeLock } from '../processes/lock.ts';

/** A lock that looks at who holds it, and then removes it, lets two in within some of a hundred. */
const ROUNDS = 15;
const WAITING = 4;

const folder = mkdtempSync(join(tmpdir(), 'fitme-lock-'));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startHolder(): Promise<ChildProcess> {
  const child = fork(join(ROOT, 'scripts/tests/lock-holder.ts'));
  started.push(child);
  await once(child, 'message');
  return child;
}

async function assign(child: ChildProcess, task: 'work' | 'hold', file: string): Promise<void> {
  const answered = once(child, 'message');
  child.send({ task, file });
  await answered;
}

test(`one of those that wait for a holder is let in when it is killed, and then the next (${ROUNDS} rounds)`, async () => {
  const waiting = await Promise.all(Array.from({ length: WAITING }, startHolder));
  for (let round = 0; round < ROUNDS; round++) {
    const file = join(folder, `round-${round}`);
    const killed = await startHolder();
    await assign(killed, 'hold', file);
    const worked = waiting.map((child) => assign(child, 'work', file));
    killed.kill('SIGKILL');
    await Promise.all(worked);
    expect(readFileSync(`${file}.journal`, 'utf8')).toBe('in\nout\n'.repeat(WAITING));
  }
});

test('a lock whose holder was killed is free, though another process has its id by now', () => {
  const file = join(folder, 'reused');
  writeFileSync(file, String(process.ppid));
  const lock = takeLock(file);
  expect(lock).toBeDefined();
  lock?.release();
});

test('a lock has one holder, within a process too, and tells which process that is', () => {
  const file = join(folder, 'held');
  const lock = takeLock(file);
  expect(takeLock(file)).toBeUndefined();
  expect(holderOf(file)).toBe(process.pid);
  lock?.release();
  const next = takeLock(file);
  expect(next).toBeDefined();
  next?.release();
});
