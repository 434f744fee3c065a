/** A result on its way to clients: a text that is made once, whatever the number of those who get it. */
export interface LiveMessage {
  /** An execution result, JSON. */
  body: string;
  /** Where a new subscription may resume behind it; null where it is none of a logged topic. */
  cursor: string | null;
  /** What is sent over sockets, by the operation's id. */
  socketFrames: Map<string, Buffer>;
  /** What is sent as server-sent events: by the operation's id, and under "" where a stream is there for one alone. */
  streamFrames: Map<string, Buffer>;
}

/** More than this are made anew each time: clients choose their operations' ids. */
const FRAMES_KEPT = 8;

/** Makes a message. */
export function liveMessage(body: string, cursor: string | null): LiveMessage {
  return { body, cursor, socketFrames: new Map(), streamFrames: new Map() };
}

/** A message as a door sends it, shared by all operations of the same id. */
export function encodeOnce(frames: Map<string, Buffer>, id: string, encode: () => Buffer): Buffer {
  let frame = frames.get(id);
  if (frame === undefined) {
    frame = encode();
    if (frames.size < FRAMES_KEPT) frames.set(id, frame);
  }
  return frame;
}

/** Where an operation's results go: a client, behind a connection of some kind. */
export interface Receiver {
  /** False while the client has not taken what was sent. */
  isFree(): boolean;
  /** Resolves once it is free; rejects when the signal aborts. */
  free(signal: AbortSignal): Promise<void>;
  /** Sends a result, at once. */
  send(message: LiveMessage): void;
  /** The operation is over. */
  complete(): void;
  /** The operation is over by a fault of ours. */
  fail(error: unknown): void;
}

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
