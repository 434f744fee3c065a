import type { Timestamp__Output } from '#gen/proto/google/protobuf/Timestamp.ts';

/** An instant as a proto message; null stays null. Whole milliseconds, as PostgreSQL's dates come to us. */
export function timestampOf(instant: Date | number): Timestamp__Output;
export function timestampOf(instant: Date | number | null): Timestamp__Output | null;
export function timestampOf(instant: Date | number | null): Timestamp__Output | null {
  if (instant === null) {
    return null;
  }
  const milliseconds = Math.trunc(Number(instant));
  const seconds = Math.floor(milliseconds / 1_000);
  return { seconds: String(seconds), nanos: (milliseconds - seconds * 1_000) * 1_000_000 };
}

/** A proto message as an instant, to the millisecond; null stays null. */
export function dateOf(timestamp: Timestamp__Output): Date;
export function dateOf(timestamp: Timestamp__Output | null): Date | null;
export function dateOf(timestamp: Timestamp__Output | null): Date | null {
  return timestamp === null ? null : new Date(millisecondsOf(timestamp));
}

/**
 * A proto message that is always set, as an instant: proto types call every message nullable.
 * @throws Error where it is not set, which is a bug of whoever answered.
 */
export function requiredDateOf(timestamp: Timestamp__Output | null): Date {
  if (timestamp === null) {
    throw new Error('A timestamp is missing that its contract promises.');
  }
  return dateOf(timestamp);
}

/** Milliseconds since 1970. */
export function millisecondsOf(timestamp: Timestamp__Output): number {
  return Number(timestamp.seconds) * 1_000 + Math.floor(timestamp.nanos / 1_000_000);
}
