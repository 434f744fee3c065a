import type { AppendedEvent, EventDraft } from '../events/event.ts';

/** The part of a Prisma client that platform code needs inside a transaction. */
export interface SqlTransaction {
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): Promise<Rows>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

/** One PostgreSQL transaction: state and the events that tell of it, or neither. */
export interface Transaction<Client> {
  /** Prisma's client, inside the transaction. */
  tx: Client;
  /** Appends to the domain's event log; the topic stays locked until the commit, so that seq has no gap. */
  append(...events: EventDraft[]): Promise<AppendedEvent[]>;
}

/** What makes a creation happen once, however often it is asked for. */
export interface IdempotentCall<Response> {
  /** Who asks. */
  viewerId: string;
  /** The proto method, for example "SendMessage". */
  method: string;
  /** The caller's key, 1 to 64 characters. */
  key: string;
  /** The request; its key field is left out of the comparison. */
  request: object;
  /** Maps the kept answer to the present one, for example to fresh tokens. The same answer where left out. */
  replay?(kept: Response): Promise<Response>;
}

/** A domain's storage: its own schema, under its own role. */
export interface Database<Client> {
  /** Prisma's client, for reads and single writes that need no event. */
  prisma: Client;
  /**
   * A read in SQL whose statement is cancelled in PostgreSQL when the signal aborts. Rows are as node-postgres gives
   * them, but bigint (int8) columns come as numbers.
   */
  query<Row>(sql: string, values: readonly unknown[], signal?: AbortSignal): Promise<Row[]>;
  /** Runs a transaction; after its commit the relay is woken where events were appended. */
  transaction<Result>(run: (transaction: Transaction<Client>) => Promise<Result>): Promise<Result>;
  /**
   * A transaction that runs once for a viewer, method and key. Later calls get the kept answer (a JSON value);
   * another request under the same key is CONFLICT.
   */
  idempotent<Response>(
    call: IdempotentCall<Response>,
    run: (transaction: Transaction<Client>) => Promise<Response>,
  ): Promise<Response>;
  close(): Promise<void>;
}
