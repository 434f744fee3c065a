import { withUnsampledTrace } from '#observability/tracing.ts';

/** How long failures make it wait. */
interface BackoffOptions {
  /** The first wait, milliseconds. */
  firstMs: number;
  /** The longest wait, milliseconds. */
  maxMs: number;
}

interface PumpOptions {
  /** One turn: takes what there is. Returns false where more is left, and is then called again at once. */
  turn(): Promise<boolean>;
  /** How often to look without being woken, milliseconds. */
  pollMs: number;
  backoff: BackoffOptions;
  /** A turn failed, `attempt` times in a row now; another one follows. */
  onFailure(error: unknown, attempt: number): void;
}

/** A loop that is woken, that looks by itself from time to time, and that waits longer after each failure. */
export interface Pump {
  /** There may be something to take. Returns at once; wakes during a turn make for one turn more. */
  wake(): void;
  /** Ends after the turn that runs. */
  close(): Promise<void>;
}

/** Starts with a turn. Turns never overlap. They are not traced, nor part of the trace of whoever woke them. */
export function createPump({ turn, pollMs, backoff: waits, onFailure }: PumpOptions): Pump {
  const backoff = createBackoff(waits);
  let running: Promise<void> | undefined;
  let woken = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function work(): Promise<void> {
    let rest = pollMs;
    try {
      while (woken && !closed) {
        woken = false;
        const done = await turn();
        woken ||= !done;
        backoff.reset();
      }
    } catch (error) {
      rest = backoff.next();
      if (!closed) onFailure(error, backoff.attempts());
    }
    if (!closed) timer = setTimeout(start, rest);
  }

  function start(): void {
    if (closed) return;
    woken = true;
    if (running !== undefined) return;
    clearTimeout(timer);
    running = withUnsampledTrace(work).finally(() => {
      running = undefined;
      // Woken between the last look and now.
      if (woken && backoff.attempts() === 0) start();
    });
  }

  start();
  return {
    wake() {
      // What is failing is not made to fail faster by wake-ups.
      if (backoff.attempts() === 0) start();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Waits that double up to a limit, each cut by up to half at random, so that many waiters do not return together. */
interface Backoff {
  /** The next wait, milliseconds. */
  next(): number;
  /** How many waits there were since the last success. */
  attempts(): number;
  /** A try succeeded. */
  reset(): void;
}

function createBackoff({ firstMs, maxMs }: BackoffOptions): Backoff {
  let attempts = 0;
  return {
    next() {
      const longest = Math.min(maxMs, firstMs * 2 ** attempts);
      attempts += 1;
      return longest * (0.5 + Math.random() / 2);
    },
    attempts: () => attempts,
    reset() {
      attempts = 0;
    },
  };
}
