/** Says for how long the event loop of a process was busy without a break. */
export interface Turns {
  /** CPU of the main thread in the longest turn: what others do on the machine does not count. */
  longestCpuMs: number;
  /** Says how late a timer came at most; it holds what the machine gave to others. */
  latestMs: number;
}

const TICK_MS = 1;

/** Watches the event loop of this process; the answer ends it. */
export function watchTurns(): () => Turns {
  const turns: Turns = { longestCpuMs: 0, latestMs: 0 };
  let at = performance.now();
  let cpuMs = mainThreadCpuMs();
  const timer = setInterval(() => {
    const now = performance.now();
    const nowCpuMs = mainThreadCpuMs();
    turns.latestMs = Math.max(turns.latestMs, now - at - TICK_MS);
    turns.longestCpuMs = Math.max(turns.longestCpuMs, nowCpuMs - cpuMs);
    at = now;
    cpuMs = nowCpuMs;
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    return turns;
  };
}

function mainThreadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
