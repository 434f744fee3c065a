import type { Database } from '../db/database.ts';
import type { PreparedStatement } from '../db/prepared-statement.ts';
import { decodeEvent, type EventRow, eventColumns } from '../event-log/envelope.ts';
import type { LoggedEvent } from '../event-log/event.ts';

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
export interface LogPage {
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
export interface TopicHeadRow {
  topic: string;
  headSeq: number;
  epoch: string;
}

/** What is read of a topic. */
export interface TopicRead {
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
    const columns = [
      reads.map(({ topic }) => topic),
      reads.map(({ afterSeq }) => afterSeq),
      reads.map(({ limit }) => limit),
    ];
    const rows = await query<Page & { place: number | string } & Partial<EventRow>>(
      READ_TOPICS,
      columns,
      signal,
    );
    const pages = Map.groupBy(rows, ({ place }) => Number(place));
    return reads.map((_, index) => topicPageOf(pages.get(index + 1) ?? []));
  }

  return {
    readTopics,
    async readTopic(topic, afterSeq, limit, signal) {
      const [page = null] = await readTopics([{ topic, afterSeq, limit }], signal);
      return page;
    },

    async readLog(afterPosition, limit, signal) {
      const rows = await query<Page & { unsealed: number } & Partial<EventRow>>(
        READ_LOG,
        [afterPosition, limit],
        signal,
      );
      const [first] = rows;
      if (first === undefined)
        throw new Error('The tables log_epoch and log_head hold no row: migrate the database');
      const headPosition = Number(first.head);
      return {
        events: eventsOf(rows),
        headPosition,
        oldestPosition: Number(first.oldest ?? headPosition + 1),
        epoch: first.epoch,
        unsealedMs: first.unsealed,
      };
    },

    async heads(topics, signal) {
      if (topics.length === 0) return [];
      const rows = await query<{ topic: string; head: number | string; epoch: string }>(
        HEADS,
        [topics],
        signal,
      );
      return rows.map(({ topic, head, epoch }) => ({ topic, headSeq: Number(head), epoch }));
    },
  };
}

/** The columns that stand on every row of a page, also on the only one of an empty page. */
interface Page {
  epoch: string;
  head: number | string;
  oldest: number | string | null;
}

const READ_TOPICS: PreparedStatement = {
  name: 'read-topics',
  text: `
SELECT asked.place, (SELECT epoch FROM log_epoch) AS epoch, topics.head_seq AS head, oldest.seq AS oldest, ${eventColumns('page')}
FROM unnest($1::text[], $2::bigint[], $3::integer[]) WITH ORDINALITY AS asked (topic, after_seq, most, place)
JOIN topics USING (topic)
CROSS JOIN LATERAL (SELECT min(seq) AS seq FROM events WHERE topic = topics.topic) AS oldest
LEFT JOIN LATERAL (
  SELECT * FROM events
  WHERE topic = topics.topic AND seq > asked.after_seq ORDER BY seq LIMIT asked.most
) AS page ON true
ORDER BY asked.place, page.seq`,
};

const READ_LOG: PreparedStatement = {
  name: 'read-log',
  text: `
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
ORDER BY page.position`,
};

const HEADS: PreparedStatement = {
  name: 'read-heads',
  text: `
SELECT topic, head_seq AS head, epoch FROM topics CROSS JOIN log_epoch WHERE topic = ANY ($1::text[])`,
};

function topicPageOf(rows: readonly (Page & Partial<EventRow>)[]): TopicPage | null {
  const [first] = rows;
  if (first === undefined) return null;
  const headSeq = Number(first.head);
  return {
    events: eventsOf(rows),
    headSeq,
    oldestSeq: Number(first.oldest ?? headSeq + 1),
    epoch: first.epoch,
  };
}

function eventsOf(rows: readonly (Page & Partial<EventRow>)[]): LoggedEvent[] {
  return rows.flatMap((row) => (isEvent(row) ? [decodeEvent(row, row.epoch)] : []));
}

function isEvent(row: Page & Partial<EventRow>): row is Page & EventRow {
  return row.id !== null && row.id !== undefined;
}
