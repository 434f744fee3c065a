/** A result on its way to clients: a text that is made once, whatever the number of those who get it. */
export interface LiveMessage {
  /** An execution result, JSON. */
  body: string;
  /** Where a new subscription may resume behind it; null where it is none of a logged topic. */
  cursor: string | null;
  /** What doors made of it, by whatever tells their envelopes apart. */
  encodings: Map<string, Buffer>;
}

/** More envelopes than this are made anew each time: clients choose their operations' ids. */
const ENCODINGS_KEPT = 8;

/** Makes a message. */
export function liveMessage(body: string, cursor: string | null): LiveMessage {
  return { body, cursor, encodings: new Map() };
}

/** The message as a door sends it; shared by all whose envelope is the same. */
export function encodeOnce(
  message: LiveMessage,
  envelope: string,
  encode: (message: LiveMessage) => Buffer,
): Buffer {
  const { encodings } = message;
  let encoded = encodings.get(envelope);
  if (encoded === undefined) {
    encoded = encode(message);
    if (encodings.size < ENCODINGS_KEPT) encodings.set(envelope, encoded);
  }
  return encoded;
}
