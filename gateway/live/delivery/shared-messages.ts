import type { LiveMessage } from './message.ts';

/**
 * Messages that many get: each is made once at a time, and kept for a moment, so that those who come late in the same
 * second (all who resume after a gateway went away) do not make it again.
 */
export interface SharedMessages {
  once(key: string, make: () => Promise<LiveMessage>): Promise<LiveMessage>;
}

/** How long a message is kept at most, milliseconds: what it is about may have changed since. */
const KEPT_MS = 1_000;
/** Characters of all messages of a generation; where they are more, it ends before its time. */
const CHARACTERS_KEPT = 8 * 1024 * 1024;

/**
 * Makes the messages of a gateway. They go a whole generation at a time: a timer for each would cost more than the message.
 *
 * @param keptMs how long one is kept at most, and half of that at least
 */
export function createSharedMessages(keptMs = KEPT_MS): SharedMessages {
  const generationMs = keptMs / 2;
  const underWay = new Map<string, Promise<LiveMessage>>();
  let young = new Map<string, LiveMessage>();
  let old = new Map<string, LiveMessage>();
  let characters = 0;
  let ending: NodeJS.Timeout | undefined;

  function endGeneration(): void {
    clearTimeout(ending);
    old = young;
    young = new Map();
    characters = 0;
    ending = old.size > 0 ? setTimeout(endGeneration, generationMs).unref() : undefined;
  }

  function keep(key: string, message: LiveMessage): LiveMessage {
    young.set(key, message);
    characters += key.length + message.body.length;
    if (characters > CHARACTERS_KEPT) endGeneration();
    ending ??= setTimeout(endGeneration, generationMs).unref();
    return message;
  }

  return {
    async once(key, make) {
      const kept = young.get(key) ?? old.get(key);
      if (kept !== undefined) return kept;
      let making = underWay.get(key);
      if (making === undefined) {
        making = make()
          .then((message) => keep(key, message))
          .finally(() => underWay.delete(key));
        underWay.set(key, making);
      }
      return making;
    },
  };
}
