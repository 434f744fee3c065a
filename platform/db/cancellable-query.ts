import pg from 'pg';
import { DomainError } from '../errors.ts';

/**
 * Runs a statement that PostgreSQL stops when the signal aborts. The caller is answered at once; the connection goes
 * back to the pool when the server has let go of it.
 */
export async function cancellableQuery<Row>(
  pool: pg.Pool,
  sql: string,
  values: readonly unknown[],
  signal?: AbortSignal,
): Promise<Row[]> {
  if (signal?.aborted) throw cancelled(signal);
  if (signal === undefined) return (await pool.query(sql, [...values])).rows as Row[];
  const client = await pool.connect();
  let done = false;
  const cancel = () => {
    if (!done) void cancelBackend(pool, client);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) throw cancelled(signal);
    const result = await client.query(sql, [...values]);
    return result.rows as Row[];
  } catch (error) {
    throw signal.aborted ? cancelled(signal, error) : error;
  } finally {
    done = true;
    signal.removeEventListener('abort', cancel);
    client.release();
  }
}

/** A role may cancel its own statements. On a connection of its own, since the pool may be what is used up. */
async function cancelBackend(pool: pg.Pool, client: pg.PoolClient): Promise<void> {
  const { processID } = client as unknown as { processID: number };
  const canceller = new pg.Client(pool.options);
  try {
    await canceller.connect();
    await canceller.query('SELECT pg_cancel_backend($1)', [processID]);
  } catch {
    // The statement then ends by its statement_timeout.
  } finally {
    await canceller.end().catch(() => undefined);
  }
}

function cancelled(signal: AbortSignal, cause?: unknown): DomainError {
  if (signal.reason instanceof DomainError) return signal.reason;
  return new DomainError('CANCELLED', 'The caller went away.', { cause });
}
