import { z } from 'zod';
import { recordedTraceparent } from '#observability/tracing.ts';

/** What a wake-up says. */
export interface Wakeup {
  /** The newest seq or position; 0 where the sender had none. */
  head: number;
  /** W3C traceparent of what caused it, where somebody records that. */
  traceparent?: string;
}

/** A wake-up as Redis carries it, with the current span where somebody records it (docs/LIVE-PROTOCOL.md, Topics). */
export function encodeWakeup(head: number): string {
  const traceparent = recordedTraceparent();
  return JSON.stringify(traceparent === undefined ? head : { head, traceparent });
}

const withCause = z.object({ head: z.number(), traceparent: z.string() });

/** What a message says, JSON that was parsed. One that is not understood is a hint to look like any other. */
export function readWakeup(message: unknown): Wakeup {
  if (typeof message === 'number') return { head: message };
  const read = withCause.safeParse(message);
  return read.success ? read.data : { head: 0 };
}
