import { LRUCache } from 'lru-cache';

/** Takes from shared counts. */
export interface Counter {
  /**
   * Takes of all counts, or of none where one has too little left: then the answer says when it will have. `taken` holds
   * what was taken of each, which may be more than was needed.
   *
   * @throws where the counts cannot be had
   */
  take(wanted: readonly Wanted[]): Taken | Promise<Taken>;
}

export interface Wanted {
  /** Of the count. */
  key: string;
  /** At least so many. */
  needed: number;
  limit: number;
  windowMs: number;
}

export type Taken = { taken: readonly number[] } | { lacking: number; retryAfterMs: number };

/**
 * What is taken at once of what is left: the next ones are counted without asking. It shrinks with what is left, so that
 * the last ones are counted one by one.
 */
export const SHARE = 0.05;

/** Far more than one process serves in a window. */
const COUNTS_KEPT = 100_000;

/** Counts in this process alone, by the generic cell rate algorithm (GCRA). */
export function createMemoryCounter(now: () => number): Counter {
  /** When each count will be unused again, milliseconds since 1970. */
  const full = new LRUCache<string, number>({ max: COUNTS_KEPT });
  return {
    take(wanted) {
      const at = now();
      for (const [lacking, { key, needed, limit, windowMs }] of wanted.entries()) {
        const end = Math.max(full.get(key) ?? at, at) + needed * (windowMs / limit);
        if (end > at + windowMs) return { lacking, retryAfterMs: Math.ceil(end - at - windowMs) };
      }
      for (const { key, needed, limit, windowMs } of wanted)
        full.set(key, Math.max(full.get(key) ?? at, at) + needed * (windowMs / limit));
      return { taken: wanted.map(({ needed }) => needed) };
    },
  };
}
