import { LRUCache } from 'lru-cache';
import type { Counter } from './counter.ts';

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
