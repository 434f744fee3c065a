/** Half of the time that the first retry waits at most, milliseconds. */
const BASE_MS = 25;
const LONGEST_MS = 1_000;

/**
 * How long to wait before a query is sent again: exponential with full jitter, so that those who failed together do not
 * come back together (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param retry 1 for the first
 * @param afterMs what the subgraph itself asked for, at the least
 */
export function backOffMs(retry: number, afterMs = 0, random: () => number = Math.random): number {
  return afterMs + random() * Math.min(LONGEST_MS, BASE_MS * 2 ** retry);
}

/** Milliseconds that a Retry-After header asks for, as seconds or as a date; undefined where it says neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0);
}

/** Bounds the retries to one subgraph, so that a failing one does not get the more load the more it fails. */
export interface RetryBudget {
  /** A fetch begins, and earns its share of a retry. */
  deposit(): void;
  /** Takes one retry out; false where none is left. */
  withdraw(): boolean;
}

export interface RetryBudgetOptions {
  /** Retries that one fetch earns, 0 to 1. */
  ratio: number;
  /** Retries a second that need no earning, for subgraphs that are seldom asked. */
  perSecond: number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/** Retries that are not used within about this time are lost: calm hours do not pay for a storm. */
const SAVED_SECONDS = 10;

/**
 * Makes a token bucket of retries: a share of the fetches plus a few a second, as in Finagle's RetryBudget
 * (finagle.github.io/blog/2016/02/08/retry-budgets) and gRPC's retry throttling (proposal A6).
 */
export function createRetryBudget({ ratio, perSecond, now }: RetryBudgetOptions): RetryBudget {
  const capacity = perSecond * SAVED_SECONDS + ratio * SAVED_SECONDS;
  let tokens = perSecond;
  let filledAt = now();
  return {
    deposit() {
      tokens = Math.min(tokens + ratio, capacity);
    },
    withdraw() {
      const at = now();
      tokens = Math.min(tokens + ((at - filledAt) / 1_000) * perSecond, capacity);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
