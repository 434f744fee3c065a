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
