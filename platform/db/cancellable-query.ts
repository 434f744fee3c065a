import type pg from 'pg';
import { DomainError } from '../errors.ts';
import type { Statement } from '../sql/statement.ts';
import { requestCancel } from './cancel-request.ts';

/** A request to cancel that overtakes its statement is lost, so it is made again after this time, milliseconds. */
const CANCEL_AGAIN_MS = 100;

/**
 * Runs a statement that PostgreSQL stops when the signal aborts. The connection goes back to the pool when the server
 * has let go of it, and when no request to cancel is under way that could hit the connection's next statement.
 */
export async function cancellableQuery<Row>(
  pool: pg.Pool,
  { name, text }: Statement<readonly unknown[], Row, string>,
  values: readonly unknown[],
  signal?: AbortSignal,
): Promise<Row[]> {
  if (signal?.aborted) throw cancelled(signal);
  const statement = { name, text, values: [...values] };
  if (signal === undefined) return (await pool.query(statement)).rows as Row[];
  const client = await pool.connect();
  let done = false;
  let again: NodeJS.Timeout | undefined;
  let cancelling = Promise.resolve();
  const cancel = () => {
    cancelling = requestCancel(client).then(() => {
      if (!done) again = setTimeout(cancel, CANCEL_AGAIN_MS);
    });
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    if (signal.aborted) throw cancelled(signal);
    const result = await client.query(statement);
    return result.rows as Row[];
  } catch (error) {
    throw signal.aborted ? cancelled(signal, error) : error;
  } finally {
    done = true;
    signal.removeEventListener('abort', cancel);
    clearTimeout(again);
    await cancelling;
    client.release();
  }
}

function cancelled(signal: AbortSignal, cause?: unknown): DomainError {
  if (signal.reason instanceof DomainError) return signal.reason;
  return new DomainError('CANCELLED', 'The caller went away.', { cause });
}
