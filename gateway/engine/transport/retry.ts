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
