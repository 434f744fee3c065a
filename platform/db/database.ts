import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { APPEND, appendEvents } from '../event-log/append.ts';
import type { OnCrashPoint } from '../event-log/crash-point.ts';
import type { AppendedEvent, EventDraft } from '../event-log/event.ts';
import type { SqlTransaction, Statement } from '../sql/statement.ts';
import { cancellableQuery } from './cancellable-query.ts';
import { claimKey, type IdempotentCall, keepAnswer } from './idempotency.ts';

/** One PostgreSQL transaction: state and the events that tell of it, or neither. */
export interface Transaction<Client> {
  /** Prisma's client, inside the transaction. */
  tx: Client & SqlTransaction;
  /** Appends to the domain's event log; the topic stays locked until the commit, so that seq has no gap. */
  append(...events: EventDraft[]): Promise<AppendedEvent[]>;
}

/** A domain's storage: its own schema, under its own role. */
export interface Database<Client> {
  /** Prisma's client, for reads and single writes that need no event. */
  prisma: Client;
  /** A statement of its own, which is cancelled in PostgreSQL when the signal aborts. */
  query<Values extends readonly unknown[], Row>(
    statement: Statement<Values, Row, string>,
    values: NoInfer<Values>,
    signal?: AbortSignal,
  ): Promise<Row[]>;
  /**
   * Runs a transaction; after its commit the relay is woken where events were appended. `run` runs anew where
   * PostgreSQL ended the transaction to resolve a deadlock, so it changes nothing but the database.
   */
  transaction<Result>(run: (transaction: Transaction<Client>) => Promise<Result>): Promise<Result>;
  /**
   * A transaction that runs once for a viewer, method and key. Later calls get the kept answer (a JSON value);
   * another request under the same key is CONFLICT.
   * @param run - Gets what the call has prepared.
   */
  idempotent<Response, Draft = undefined>(
    call: IdempotentCall<Response, Draft>,
    run: (transaction: Transaction<Client>, draft: Draft) => Promise<Response>,
  ): Promise<Response>;
  /** The connections below, for the platform's own SQL. */
  pool: pg.Pool;
  close(): Promise<void>;
}

/** What the parts of a domain's store are opened with. */
export interface StoreOptions<Client> {
  db: Database<Client>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

export interface DatabaseOptions<Client> {
  /** The domain's own connection URL, under its own role. */
  url: string;
  /** The domain's name, which is its PostgreSQL schema too. */
  domain: string;
  /** Most connections at a time. */
  poolSize: number;
  /** A statement is given up after this, and so are a transaction and the wait for a connection; milliseconds. */
  statementTimeoutMs: number;
  createPrisma(adapter: PrismaPg): Client;
  newId(): string;
  /** Called after a commit that appended events. */
  onAppended(): void;
  onPoint?: OnCrashPoint | undefined;
}

/** What every generated Prisma client has. */
interface PrismaClientLike {
  $transaction<Result>(
    run: (tx: SqlTransaction) => Promise<Result>,
    options: { maxWait: number; timeout: number },
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}

const INT8_OID = 20;
/** How often a transaction is tried that PostgreSQL ends to resolve a deadlock. */
const MOST_TRIES = 3;

/** Opens a domain's storage; connections are made as they are needed. */
export function createDatabase<Client>(options: DatabaseOptions<Client>): Database<Client> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: `fitme-${options.domain}`,
    statement_timeout: options.statementTimeoutMs,
    options: `-c search_path=${options.domain}`,
    types: {
      getTypeParser: (oid, format) => (oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)),
    },
  });
  // A connection that breaks is dropped and made anew; whoever uses it gets the error themselves. The pool listens to
  // idle ones alone, and an error that nobody listens to ends the process.
  pool.on('connect', (connection) => connection.on('error', () => undefined));
  pool.on('error', () => undefined);
  const adapter = new PrismaPg(pool, {
    schema: options.domain,
    // The empty name is PostgreSQL's for a statement that is not kept.
    statementNameGenerator: ({ sql }) => (sql === APPEND.text ? APPEND.name : ''),
  });
  const prisma = options.createPrisma(adapter);
  const client = prisma as PrismaClientLike;

  async function runOnce<Result>(
    run: (transaction: Transaction<Client>) => Promise<Result>,
  ): Promise<Result> {
    let appended = false;
    const result = await client.$transaction(
      async (tx) => {
        const returned = await run({
          tx: tx as Client & SqlTransaction,
          append(...events) {
            appended = true;
            return appendEvents(tx, events, { newId: options.newId, domain: options.domain });
          },
        });
        if (appended) await options.onPoint?.('before-commit');
        return returned;
      },
      { maxWait: options.statementTimeoutMs, timeout: options.statementTimeoutMs },
    );
    if (appended) {
      await options.onPoint?.('committed');
      options.onAppended();
    }
    return result;
  }

  const database: Database<Client> = {
    prisma,
    pool,
    query: (statement, values, signal) => cancellableQuery(pool, statement, values, signal),
    transaction: (run) => againAfterDeadlock(() => runOnce(run)),
    async idempotent(call, run) {
      const [prepared] = await Promise.allSettled([call.prepare?.()]);
      const outcome = await database.transaction(async (transaction) => {
        const claim = await claimKey(transaction.tx, call);
        if (claim !== undefined) return claim;
        // Rolling back gives the key free again.
        if (prepared.status === 'rejected') throw prepared.reason;
        const response = await run(transaction, prepared.value as Parameters<typeof run>[1]);
        await keepAnswer(transaction.tx, call, response);
        return { response };
      });
      if ('response' in outcome) return outcome.response;
      return call.replay === undefined ? outcome.kept : call.replay(outcome.kept);
    },
    async close() {
      await client.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
  return database;
}

/**
 * Runs a transaction, and again where PostgreSQL ended it because it and another waited for each other: the other has
 * gone on by then. Two consumers with events for one inbox can meet like that, or a consumer and the inbox's owner.
 */
async function againAfterDeadlock<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (tries === MOST_TRIES || !isDeadlock(error)) throw error;
    }
  }
}

/** What Prisma makes of PostgreSQL's deadlock_detected: P2034 from its models, P2010 with a cause from SQL of ours. */
interface PrismaError {
  code?: string;
  meta?: { driverAdapterError?: { cause?: { kind?: string } } };
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta } = error as PrismaError;
  return code === 'P2034' || meta?.driverAdapterError?.cause?.kind === 'TransactionWriteConflict';
}
