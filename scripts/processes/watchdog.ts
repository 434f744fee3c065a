/**
 * A process of its own that outlives the one that started it by a moment, to end what that one left behind.
 *
 * Its standard input is a pipe whose other end only the starter holds. The end of that pipe means that the starter is gone,
 * however it went (SIGKILL included), and the kernel tells it on Linux and macOS alike. What is still registered then is ended
 * in the reverse order of its registration. See guard.ts for the lines that it reads.
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './inspect.ts';

const groups = new Map<number, { signal: NodeJS.Signals; graceMs: number }>();
const folders = new Set<string>();

// A Ctrl-C reaches a whole terminal; this process goes by its pipe alone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [verb = '', subject = '', ...rest] = line.split(' ');
  if (verb === 'end') {
    const [signal = 'SIGTERM', graceMs = '3000'] = rest;
    groups.set(Number(subject), { signal: signal as NodeJS.Signals, graceMs: Number(graceMs) });
  }
  if (verb === 'forget') groups.delete(Number(subject));
  else if (verb === 'remove') folders.add(decodeURIComponent(subject));
  else if (verb === 'keep') folders.delete(decodeURIComponent(subject));
}

for (const [pid, { signal, graceMs }] of [...groups].reverse()) await endGroup(pid, signal, graceMs);
for (const folder of folders) rmSync(folder, { recursive: true, force: true });

async function endGroup(pid: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  send(pid, signal);
  while (isRunning(pid) && Date.now() < deadline) await sleep(20);
  send(pid, 'SIGKILL'); // whoever is left in the group
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
