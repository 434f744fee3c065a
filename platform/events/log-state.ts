import type { LogState } from '#observability/event-metrics.ts';
import type { Database } from '../db/database.ts';
import { sql } from '../db/statement.ts';

/** How a domain's log stands, for its gauges: one statement, over an index that is empty while all is well. */
export async function readLogState(
  domain: string,
  { query }: Pick<Database<unknown>, 'query'>,
): Promise<LogState> {
  const [row] = await query(STATE, []);
  return { domain, unsealed: 0, waitingSeconds: 0, bytes: 0, ...row };
}

export const STATE = sql<[], Omit<LogState, 'domain'>>(`
SELECT unsealed.count AS unsealed, unsealed.seconds AS "waitingSeconds", size.bytes
FROM (
  SELECT count(*) AS count,
         coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0)::double precision AS seconds
  FROM events WHERE position IS NULL
) AS unsealed, (
  SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint AS bytes
  FROM pg_inherits WHERE inhparent = 'events'::regclass
) AS size`);
