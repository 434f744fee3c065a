import type { LiveMessage } from './message.ts';

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
