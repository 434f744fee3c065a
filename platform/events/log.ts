import type { LogState } from '#observability/event-metrics.ts';
import type { Database } from '../db/database.ts';
import { decodeEvent, type EventRow, eventColumns, type LoggedEvent } from '../event-log/event.ts';
import { sql } from '../sql/statement.ts';

/** A piece of one topic, and where the topic begins and ends; all from one snapshot. */
export interface TopicPage {
  /** In order of seq, without gap. */
  events: LoggedEvent[];
  headSeq: number;
  /** The oldest seq that is still kept; headSeq + 1 where none is. */
  oldestSeq: number;
  epoch: string;
}

/** A piece of a domain's whole log, and where the log begins and ends; all from one snapshot. */
interface LogPage {
  /** In order of position, without gap. */
  events: LoggedEvent[];
  headPosition: number;
  /** The oldest position that is still kept; headPosition + 1 where none is. */
  oldestPosition: number;
  epoch: string;
  /** How long the oldest event waits to be sealed, milliseconds; 0 where none waits. */
  unsealedMs: number;
}

/** The newest seq of a topic. */
interface TopicHeadRow {
  topic: string;
  headSeq: number;
  epoch: string;
}

/** What is read of a topic. */
interface TopicRead {
  topic: string;
  afterSeq: number;
  limit: number;
}

/** Reads a domain's event log. Every method is one statement. */
export interface EventLog {
  /** Events of a topic behind `afterSeq`; null where nothing was ever appended to it. */
  readTopic(topic: string, afterSeq: number, limit: number, signal?: AbortSignal): Promise<TopicPage | null>;
  /** The same of several topics, in the order of the question. */
  readTopics(reads: readonly TopicRead[], signal?: AbortSignal): Promise<(TopicPage | null)[]>;
  /** Sealed events of the whole log behind `afterPosition`. */
  readLog(afterPosition: number, limit: number, signal?: AbortSignal): Promise<LogPage>;
  /** One a topic that has events; the order is not that of the question. */
  heads(topics: readonly string[], signal?: AbortSignal): Promise<TopicHeadRow[]>;
}

/** The event log that stands in the schema which `query` reads. */
export function createEventLog({ query }: Pick<Database<unknown>, 'query'>): EventLog {
  async function readTopics(
    reads: readonly TopicRead[],
    signal?: AbortSignal,
  ): Promise<(TopicPage | null)[]> {
    const rows = await query(
      READ_TOPICS,
      [
        reads.map(({ topic }) => topic),
        reads.map(({ afterSeq }) => afterSeq),
        reads.map(({ limit }) => limit),
      ],
      signal,
    );
    const pages = Map.groupBy(rows, ({ place }) => place);
    return reads.map((_, index) => topicPageOf(pages.get(index + 1) ?? []));
  }

  return {
    readTopics,
    async readTopic(topic, afterSeq, limit, signal) {
      const [page = null] = await readTopics([{ topic, afterSeq, limit }], signal);
      return page;
    },

    async readLog(afterPosition, limit, signal) {
      const rows = await query(READ_LOG, [afterPosition, limit], signal);
      const [first] = rows;
      if (first === undefined)
        throw new Error('The tables log_epoch and log_head hold no row: migrate the database');
      const headPosition = first.head;
      return {
        events: eventsOf(rows),
        headPosition,
        oldestPosition: first.oldest ?? headPosition + 1,
        epoch: first.epoch,
        unsealedMs: first.unsealed,
      };
    },

    async heads(topics, signal) {
      if (topics.length === 0) return [];
      return query(HEADS, [topics], signal);
    },
  };
}

/** How a domain's log stands, for its gauges: one statement, over an index that is empty while all is well. */
export async function readLogState(
  domain: string,
  { query }: Pick<Database<unknown>, 'query'>,
): Promise<LogState> {
  const [row] = await query(STATE, []);
  return { domain, unsealed: 0, waitingSeconds: 0, bytes: 0, ...row };
}

/** The columns that stand on every row of a page, also on the only one of an empty page. */
interface Page {
  epoch: string;
  head: number;
  oldest: number | null;
}

/** A row of a page: an event, or none where the page is empty. */
type PageRow = Page & {
  [Column in keyof EventRow]: (Column extends 'seq' | 'position' ? number : EventRow[Column]) | null;
};

export const READ_TOPICS = sql<
  [topics: readonly string[], afterSeqs: readonly number[], limits: readonly number[]],
  PageRow & { place: number }
>(`
SELECT asked.place, (SELECT epoch FROM log_epoch) AS epoch, topics.head_seq AS head, oldest.seq AS oldest, ${eventColumns('page')}
FROM unnest($1::text[], $2::bigint[], $3::integer[]) WITH ORDINALITY AS asked (topic, after_seq, most, place)
JOIN topics USING (topic)
CROSS JOIN LATERAL (SELECT min(seq) AS seq FROM events WHERE topic = topics.topic) AS oldest
LEFT JOIN LATERAL (
  SELECT * FROM events
  WHERE topic = topics.topic AND seq > asked.after_seq ORDER BY seq LIMIT asked.most
) AS page ON true
ORDER BY asked.place, page.seq`);

export const READ_LOG = sql<[afterPosition: number, limit: number], PageRow & { unsealed: number }>(`
SELECT log_epoch.epoch, log_head.position AS head, oldest.position AS oldest, coalesce(unsealed.ms, 0) AS unsealed,
       ${eventColumns('page')}
FROM log_head
CROSS JOIN log_epoch
CROSS JOIN (SELECT min(position) AS position FROM events) AS oldest
LEFT JOIN (
  SELECT extract(epoch FROM clock_timestamp() - occurred_at)::float8 * 1000 AS ms
  FROM events WHERE position IS NULL ORDER BY entry LIMIT 1
) AS unsealed ON true
LEFT JOIN LATERAL (
  SELECT * FROM events WHERE position > $1 ORDER BY position LIMIT $2
) AS page ON true
ORDER BY page.position`);

export const HEADS = sql<[topics: readonly string[]], TopicHeadRow>(`
SELECT topic, head_seq AS "headSeq", epoch FROM topics CROSS JOIN log_epoch WHERE topic = ANY ($1::text[])`);

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

function topicPageOf(rows: readonly PageRow[]): TopicPage | null {
  const [first] = rows;
  if (first === undefined) return null;
  const headSeq = first.head;
  return {
    events: eventsOf(rows),
    headSeq,
    oldestSeq: first.oldest ?? headSeq + 1,
    epoch: first.epoch,
  };
}

function eventsOf(rows: readonly PageRow[]): LoggedEvent[] {
  return rows.flatMap((row) => (isEvent(row) ? [decodeEvent(row, row.epoch)] : []));
}

function isEvent(row: PageRow): row is PageRow & EventRow & { seq: number; position: number | null } {
  return row.id !== null;
}
