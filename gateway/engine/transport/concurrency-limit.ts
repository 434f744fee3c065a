/** How a wait for a place ended: with one, refused at once, too late, by the client's leaving, or sent away. */
export type WaitEnd = 'entered' | 'full' | 'late' | 'left' | 'dismissed';

/** Bounds what is under way to one subgraph, and what waits for it. */
export interface ConcurrencyLimit {
  /** Takes a place where one is free. */
  tryEnter(): boolean;
  /** Waits for a place, first come first served. */
  wait(signal: AbortSignal, timeoutMs: number): Promise<WaitEnd>;
  /** Gives a place back, to whoever waits longest. */
  leave(): void;
  /** Sends away all that wait. */
  dismiss(): void;
  inFlight(): number;
  queued(): number;
}

/** Makes the limit of one subgraph. */
export function createConcurrencyLimit(max: number, maxQueued: number): ConcurrencyLimit {
  const waiting = new Set<(end: WaitEnd) => void>();
  let inFlight = 0;

  return {
    tryEnter() {
      if (inFlight >= max) return false;
      inFlight += 1;
      return true;
    },
    wait(signal, timeoutMs) {
      if (signal.aborted) return Promise.resolve('left');
      if (waiting.size >= maxQueued) return Promise.resolve('full');
      return new Promise((resolve) => {
        const settle = (end: WaitEnd) => {
          waiting.delete(settle);
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          resolve(end);
        };
        const leave = () => settle('left');
        const timer = setTimeout(settle, timeoutMs, 'late');
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(settle);
      });
    },
    leave() {
      const [longest] = waiting;
      // The place changes hands: nobody who comes now can take it first.
      if (longest === undefined) inFlight -= 1;
      else longest('entered');
    },
    dismiss() {
      for (const settle of [...waiting]) settle('dismissed');
    },
    inFlight: () => inFlight,
    queued: () => waiting.size,
  };
}
