export interface BackoffOptions {
  /** The first wait, milliseconds. */
  firstMs: number;
  /** The longest wait, milliseconds. */
  maxMs: number;
}

/** Waits that double up to a limit, each cut by up to half at random, so that many waiters do not return together. */
export interface Backoff {
  /** The next wait, milliseconds. */
  next(): number;
  /** How many waits there were since the last success. */
  attempts(): number;
  /** A try succeeded. */
  reset(): void;
}

export function createBackoff({ firstMs, maxMs }: BackoffOptions): Backoff {
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
