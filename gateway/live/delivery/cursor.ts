import { DomainError } from '#platform/errors.ts';

/** A place in a logged topic: behind the event with this seq. */
export interface Cursor {
  topic: string;
  /** Names the log's unbroken history. */
  epoch: string;
  seq: number;
}

/** Makes the opaque text that a client names as `after`. */
export function encodeCursor({ topic, epoch, seq }: Cursor): string {
  return Buffer.from(JSON.stringify([topic, epoch, seq])).toString('base64url');
}

/** Reads a client's cursor for a topic. Throws INVALID_ARGUMENT where it is none, or belongs to another topic. */
export function decodeCursor(text: string, topic: string): Cursor {
  const [ownTopic, epoch, seq] = parse(text);
  if (typeof ownTopic !== 'string' || typeof epoch !== 'string' || !isSeq(seq)) {
    throw invalidCursor(
      'after: not a cursor. Send the cursor of an event that you have received, or leave it out.',
    );
  }
  if (ownTopic !== topic) {
    throw invalidCursor(
      'after: the cursor belongs to another topic. Send one of this subscription, or leave it out.',
    );
  }
  return { topic, epoch, seq };
}

function parse(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function invalidCursor(message: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', message, { fields: [{ path: 'after', message }] });
}
