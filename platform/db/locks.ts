import type { SqlTransaction } from '../sql/statement.ts';
import { executeIn, sql } from '../sql/statement.ts';

/**
 * Locks what has no row yet, by a name of the domain's choice, until the transaction ends. Whoever takes several takes them
 * in one order.
 */
export async function lockName(tx: SqlTransaction, name: string): Promise<void> {
  await executeIn(tx, LOCK_NAME, [name]);
}

export const LOCK_NAME = sql<[name: string]>('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))');
