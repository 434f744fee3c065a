/** What the bench and its client processes say to each other. */

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
