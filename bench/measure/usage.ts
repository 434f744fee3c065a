/** What a process has used. */
export interface Usage {
  /** Since it started, all threads, user and system. */
  cpuMs: number;
  rssBytes: number;
  /** JavaScript's heap and what it holds outside. */
  heapBytes: number;
}

/** What a process is started with (`--import`) to be asked. */
export const PROBE = new URL('probe.ts', import.meta.url).href;

/** Asks a process that runs with probe.ts; `collected` runs its garbage collector before. */
export async function usageAt(probePort: number, when: 'now' | 'collected' = 'now'): Promise<Usage> {
  const response = await fetch(`http://127.0.0.1:${probePort}/${when}`);
  return (await response.json()) as Usage;
}
