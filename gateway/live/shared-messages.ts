import { LRUCache } from 'lru-cache';
import type { LiveMessage } from './message.ts';

/**
 * Messages that many get: each is made once at a time, and kept for a moment, so that those who come late in the same
 * second (all who resume after a gateway went away) do not make it again.
 */
export interface SharedMessages {
  once(key: string, make: () => Promise<LiveMessage>): Promise<LiveMessage>;
}

/** How long a message is told as it is, milliseconds: what it tells of may have changed since. */
const KEPT_MS = 1_000;
/** Characters of all messages that are kept. */
const CHARACTERS_KEPT = 16 * 1024 * 1024;

/** Makes the messages of a gateway. */
export function createSharedMessages(): SharedMessages {
  const underWay = new Map<string, Promise<LiveMessage>>();
  const recent = new LRUCache<string, LiveMessage>({
    ttl: KEPT_MS,
    // Without it the cache fills to its limit with what nobody asks for any more.
    ttlAutopurge: true,
    maxSize: CHARACTERS_KEPT,
    sizeCalculation: ({ body }, key) => body.length + key.length,
  });
  return {
    async once(key, make) {
      const kept = recent.get(key);
      if (kept !== undefined) return kept;
      let making = underWay.get(key);
      if (making === undefined) {
        making = make().finally(() => underWay.delete(key));
        underWay.set(key, making);
      }
      const message = await making;
      recent.set(key, message);
      return message;
    },
  };
}
