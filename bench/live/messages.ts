/** The bench and its client processes send these messages to each other. */

/** Opens more sockets, each with one subscription. */
export interface Open {
  url: string;
  /** One a person; sockets take turns. */
  tokens: readonly string[];
  query: string;
  conversationId: string;
  sockets: number;
}

export type ToClients = { open: Open };

export type FromClients =
  /** All sockets that were asked for are open, and their subscriptions read by the gateway. */
  | { opened: true }
  /** `sockets` of this process got the event of this cursor, the last of them at `at` (milliseconds since 1970). */
  | { cursor: string; sockets: number; at: number }
  /** Something that must not happen: a socket that was closed, an error, an event that came twice. */
  | { fault: string };

/** Opens subscribers of many topics, a socket each. */
export interface OpenMany {
  url: string;
  tokens: readonly string[];
  query: string;
  conversationIds: readonly string[];
}

export type ToSteadyClients = { open: OpenMany } | 'begin' | 'report';

/** Counts what the sockets of a process got since they began. */
export interface Tally {
  received: number;
  /** Events in front of which others were left out, and events that came again. */
  lost: number;
  twice: number;
  /** Counts those that came within 0, 1, 2 ... ms of their append; the last entry stands for all that came later. */
  delays: readonly number[];
}

export type FromSteadyClients = { opened: true } | { tally: Tally } | { fault: string };

/** Appends events to the topics in turn, so many a second in all. */
export interface Commit {
  conversationIds: readonly string[];
  perSecond: number;
  seconds: number;
}

export interface Committed {
  events: number;
  /** From the first commit to the last. */
  seconds: number;
}
