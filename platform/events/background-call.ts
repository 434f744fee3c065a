import { randomUUID } from 'node:crypto';
import type { OutgoingParent } from '../grpc/outgoing-call.ts';

/** The parent of calls that nobody's request caused: they end with whatever makes them. */
export function backgroundCall(signal: AbortSignal): OutgoingParent {
  return { deadline: Number.POSITIVE_INFINITY, signal, requestId: randomUUID(), viewer: null };
}
