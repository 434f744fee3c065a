import { randomUUID } from 'node:crypto';

/** On whose behalf, and for how long, a call to another service is made. */
export interface OutgoingCall {
  /** The call that needs this one: its deadline, cancellation, request id and viewer are handed on. */
  call?: OutgoingParent;
  /** "viewer" hands the caller's token on; "service" acts under the service's own. */
  as: 'viewer' | 'service';
  /** Upper bound, milliseconds; the parent's deadline where that comes first. 5,000 where left out. */
  timeoutMs?: number;
}

/** What is handed on of a call. */
export interface OutgoingParent {
  deadline: number;
  signal: AbortSignal;
  requestId: string;
  viewer: { token: string } | null;
}

/** The parent of calls that nobody's request caused: they end with whatever makes them. */
export function backgroundCall(signal: AbortSignal): OutgoingParent {
  return { deadline: Number.POSITIVE_INFINITY, signal, requestId: randomUUID(), viewer: null };
}
