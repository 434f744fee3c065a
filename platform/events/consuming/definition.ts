import type { Transaction } from '../../db/database.ts';
import type { LoggedEvent } from '../../event-log/event.ts';
import type { ConsumerPlace } from './position.ts';

/** What a domain does on another domain's events. Position and effect are one transaction. */
export interface ConsumerDefinition<Client, Loaded = unknown> {
  /** Unique in the domain; its position is kept under this name. */
  name: string;
  /** Whose log is read. */
  from: string;
  /** Kinds that matter; others are passed over. */
  kinds: readonly string[];
  /**
   * Events in one read, and in one transaction, which has the time of a single statement: fewer where one event changes
   * many rows. 200 where left out.
   */
  batch?: number;
  /** Reads what the events need, outside of the transaction; once per batch. */
  load(events: readonly LoggedEvent[]): Promise<Loaded>;
  /** Applies one event. Called in order; a second delivery never reaches it. */
  apply(transaction: Transaction<Client>, event: LoggedEvent, loaded: Loaded): Promise<void>;
  /** How often to look without a wake-up, milliseconds. 1,000 where left out. */
  pollMs?: number;
  /**
   * For a consumer that keeps a copy of what the other domain holds: it begins with all of it, and takes it anew where
   * events were lost, instead of going on without them.
   *
   * @returns what puts the other domain's present state in the place of the copy
   */
  resynchronise?(signal: AbortSignal): Promise<(transaction: Transaction<Client>) => Promise<void>>;
  /** Everything is applied that was committed `ageMs` ago, and the position of it is kept. */
  caughtUp?(place: ConsumerPlace, ageMs: number): Promise<void>;
}
