import type { PreparedStatement } from '../db/prepared-statement.ts';
import { decodeEvent, type EventRow, eventColumns } from '../event-log/envelope.ts';
import type { LoggedEvent } from '../event-log/event.ts';
import type { LeaseSession } from './leases.ts';

/** Most events that one statement seals. */
export const SEAL_BATCH = 500;

/**
 * Gives committed events their position in the domain's log, in the order of their entries, in one statement on the
 * connection that holds the lease: when the lease is lost, so is the statement.
 *
 * Within a topic that is the order of seq, because a topic stays locked from append to commit: whoever sees an event sees
 * those before it. Across topics an event that was appended early and committed late comes after what was sealed
 * before its commit; so no reader ever meets a gap that fills later.
 *
 * @returns the events, in order of position
 */
export async function sealEvents(session: LeaseSession): Promise<LoggedEvent[]> {
  const { rows } = await session.query<EventRow & { epoch: string }>({ ...SEAL, values: [SEAL_BATCH] });
  return rows.map((row) => decodeEvent(row, row.epoch));
}

/**
 * Where nothing is to be sealed it reads one empty index and writes nothing, so that it may run often.
 *
 * What is unsealed up to the batch's last entry is the batch, since one statement sees one snapshot: so nothing is joined,
 * and the time it takes grows with what is to be sealed, however wrong the planner's idea of that is (statistics say of
 * a moment when all was sealed that nothing ever waits). width_bucket is the entry's place in the batch, from 1.
 */
const SEAL: PreparedStatement = {
  name: 'seal-events',
  text: `
WITH batch AS (
  SELECT array_agg(entry ORDER BY entry) AS entries
  FROM (SELECT entry FROM events WHERE position IS NULL ORDER BY entry LIMIT $1) AS unsealed
), sealed AS (
  UPDATE events SET position = log_head.position + width_bucket(events.entry, batch.entries)
  FROM batch, log_head
  WHERE events.position IS NULL AND events.entry <= batch.entries[cardinality(batch.entries)]
  RETURNING ${eventColumns('events')}
), advanced AS (
  UPDATE log_head SET position = log_head.position + (SELECT count(*) FROM sealed)
  WHERE EXISTS (SELECT FROM sealed)
)
SELECT sealed.*, (SELECT epoch FROM log_epoch) AS epoch FROM sealed ORDER BY sealed.position`,
};
