import type { ProfiledFunction } from './profile.ts';
import type { Turns } from './turns.ts';

/** A process is started with this (`--import`) so that it can be asked. */
export const PROBE = new URL('probe.ts', import.meta.url).href;

/** Says what a process has used. */
export interface Usage {
  /** Since it started, all threads, user and system. */
  cpuMs: number;
  rssBytes: number;
  /** JavaScript's heap and what it holds outside. */
  heapBytes: number;
}

/** Asks a process that runs with probe.ts; `collected` runs its garbage collector before. */
export function usageAt(probePort: number, when: 'now' | 'collected' = 'now'): Promise<Usage> {
  return ask(probePort, when);
}

/** Profiles a process that runs with probe.ts while something runs. */
export async function profileWhile<T>(
  probePort: number,
  run: () => Promise<T>,
): Promise<{ functions: ProfiledFunction[]; result: T }> {
  await ask(probePort, 'profile');
  const result = await run();
  return { functions: await ask(probePort, 'profile'), result };
}

/** Watches the event loop of a process that runs with probe.ts while something runs. */
export async function turnsWhile(probePort: number, run: () => Promise<void>): Promise<Turns> {
  await ask(probePort, 'turns');
  await run();
  return ask(probePort, 'turns');
}

async function ask<Answer>(probePort: number, path: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${probePort}/${path}`);
  return (await response.json()) as Answer;
}
