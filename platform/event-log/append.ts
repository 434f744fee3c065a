import { currentTraceparent, withSpan } from '#observability/tracing.ts';
import { queryIn, type SqlTransaction, sql } from '../sql/statement.ts';
import { type AppendedEvent, type EventDraft, encodePayload } from './event.ts';

interface AppendOptions {
  /** Whose log it is: topics and kinds begin with its name. */
  domain: string;
  /** A fresh UUIDv7. */
  newId(): string;
}

/**
 * Appends to the domain's event log inside the caller's transaction, in one statement however many events there are.
 *
 * Each topic's row stays locked until the transaction ends: that makes seq gap-free, and ordered by commit. Topics are
 * locked in the order of their names, so two calls never wait for each other in a circle; a transaction that appends
 * to several topics does so in a single call for the same reason.
 *
 * @returns what the log gave each draft, in the order of the drafts
 * @throws Error where a topic or kind is not the domain's own
 */
export function appendEvents(
  tx: SqlTransaction,
  drafts: readonly EventDraft[],
  { domain, newId }: AppendOptions,
): Promise<AppendedEvent[]> {
  if (drafts.length === 0) return Promise.resolve([]);
  for (const draft of drafts) assertOwn(draft, domain);
  const kinds = [...new Set(drafts.map((draft) => draft.kind))];
  const attributes = {
    'fitme.domain': domain,
    'fitme.event.kinds': kinds,
    'fitme.event.count': drafts.length,
  };
  return withSpan('append events', { kind: 'producer', attributes }, async () => {
    const rows = drafts.map((draft) => ({
      id: newId(),
      topic: draft.topic,
      kind: draft.kind,
      version: draft.version ?? 1,
      payload: encodePayload(draft.payload).toString('base64'),
    }));
    const seqs = await queryIn(tx, APPEND, [JSON.stringify(rows), currentTraceparent() ?? '']);
    const seqOf = new Map(seqs.map((row) => [row.id, row.seq]));
    return rows.map(({ id, topic }) => ({ id, topic, seq: seqOf.get(id) as number }));
  });
}

/**
 * `entry` is drawn from its sequence when the row is inserted, thus after the topic's lock: within a topic it rises with
 * seq, and across topics it is near enough to the order of commits.
 */
export const APPEND = sql<[drafts: string, traceparent: string], { id: string; seq: number }>(`
WITH draft AS (
  SELECT d.*, row_number() OVER (PARTITION BY d.topic ORDER BY d.place) AS nth
  FROM ROWS FROM (
    jsonb_to_recordset($1::jsonb) AS (id uuid, topic text, kind text, version integer, payload text)
  ) WITH ORDINALITY AS d (id, topic, kind, version, payload, place)
), head AS (
  INSERT INTO topics AS t (topic, head_seq)
  SELECT topic, count(*) FROM draft GROUP BY topic ORDER BY topic
  ON CONFLICT (topic) DO UPDATE SET head_seq = t.head_seq + excluded.head_seq
  RETURNING t.topic, t.head_seq
), size AS (
  SELECT topic, count(*) AS events FROM draft GROUP BY topic
)
INSERT INTO events (topic, seq, id, kind, version, traceparent, payload)
SELECT draft.topic, head.head_seq - size.events + draft.nth, draft.id, draft.kind, draft.version, $2,
       decode(draft.payload, 'base64')
FROM draft JOIN head USING (topic) JOIN size USING (topic)
ORDER BY draft.place
RETURNING id::text AS id, seq`);

function assertOwn({ topic, kind }: EventDraft, domain: string): void {
  if (![topic, kind].every((name) => name.split('.', 1)[0] === domain)) {
    throw new Error(
      `${domain} cannot append ${kind} to ${topic}: topics and kinds begin with the domain's name`,
    );
  }
}
