import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { Database, Transaction } from '#platform/db/database.ts';

/** What the domain's tables need of the host. */
export interface StoreOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** Something that is made once, however often it is asked for. */
export interface Creation<Draft> {
  /** The caller's own name for the request. */
  key: string;
  /** The request that the key stands for. */
  request: object;
  /**
   * What is to be written; throws what forbids it. Asked for the first try alone, outside of the transaction: a repeated
   * call is answered as the first one was, whatever changed since.
   */
  prepare(): Promise<Draft>;
}

/** Writes what a creation prepared, and answers with what `write` did; a repeated call gets the same answer. */
export function createOnce<Draft, Result>(
  db: Database<PrismaClient>,
  { viewerId, method }: { viewerId: string; method: string },
  { key, request, prepare }: Creation<Draft>,
  write: (transaction: Transaction<PrismaClient>, draft: Draft) => Promise<Result>,
): Promise<Result> {
  let prepared: { draft: Draft } | undefined;
  const admit = async () => {
    prepared = { draft: await prepare() };
  };
  return db.idempotent({ viewerId, method, key, request, admit }, (transaction) => {
    if (prepared === undefined) throw new Error('What is written was not prepared.');
    return write(transaction, prepared.draft);
  });
}
