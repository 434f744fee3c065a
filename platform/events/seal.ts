import { decodeEvent, type EventRow, eventColumns } from './envelope.ts';
import type { LoggedEvent } from './event.ts';
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
  const { rows } = await session.query<EventRow & { epoch: string }>(SEAL, [SEAL_BATCH]);
  return rows.map((row) => decodeEvent(row, row.epoch));
}

/** Where nothing is to be sealed it reads one empty index and writes nothing, so that it may run often. */
const SEAL = `
WITH batch AS (
  SELECT entry, row_number() OVER (ORDER BY entry) AS nth
  FROM (SELECT entry FROM events WHERE position IS NULL ORDER BY entry LIMIT $1) AS unsealed
), sealed AS (
  UPDATE events SET position = log_head.position + batch.nth
  FROM batch, log_head
  WHERE events.position IS NULL AND events.entry = batch.entry
  RETURNING ${eventColumns('events')}
), advanced AS (
  UPDATE log_head SET position = log_head.position + (SELECT count(*) FROM sealed)
  WHERE EXISTS (SELECT FROM sealed)
)
SELECT sealed.*, log_epoch.epoch FROM sealed CROSS JOIN log_epoch ORDER BY sealed.position`;
