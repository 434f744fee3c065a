import type { Logger } from '#observability/logger.ts';
import { withoutTrace, withUnsampledTrace } from '#observability/tracing.ts';
import { topicChannel } from '#platform/events/channels.ts';
import type { Unlisten, Wakeups } from '#platform/events/wakeups.ts';
import { LiveUnavailableError } from '../connections/close-codes.ts';
import type { LiveSource, LiveSources } from './source.ts';
import { createTopicReader, type TopicReader } from './topic-reader.ts';

/** A subscriber's hold on a topic; the last one's release lets go of everything that the topic took. */
export interface TopicLease {
  topic: string;
  source: LiveSource;
  reader: TopicReader;
  release(): void;
}

/** All topics that somebody listens to through this gateway, each listened to and read once. */
export interface LiveHub {
  /**
   * Listens to a topic: what is committed after this resolves is heard.
   *
   * @throws LiveUnavailableError where Redis is away
   * @throws DomainError NOT_FOUND where no source has the topic
   */
  open(topic: string): Promise<TopicLease>;
  /** Topics that somebody listens to. */
  topics(): number;
  close(): void;
}

export interface LiveHubOptions {
  wakeups: Wakeups;
  sources: LiveSources;
  /** How many of a topic's newest events are kept. */
  windowSize: number;
  /** Period of the slow poll, milliseconds. */
  pollMs: number;
  log: Logger;
}

interface Entry {
  source: LiveSource;
  reader: TopicReader;
  listening: Promise<Unlisten>;
  leases: number;
}

/** `BatchHeads` takes no more. */
const HEADS_BATCH = 1_000;

/** Makes the hub of a gateway. */
export function createLiveHub({ wakeups, sources, windowSize, pollMs, log }: LiveHubOptions): LiveHub {
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  const stopWatching = wakeups.onReconnect(() => {
    for (const { reader } of entries.values()) reader.wake(0);
  });
  let timer: NodeJS.Timeout | undefined;

  function enter(topic: string): Entry {
    const source = sources.of(topic);
    const onFault = (err: unknown) => log.warn({ err, source: source.name }, 'a topic could not be read');
    const reader = createTopicReader({ topic, source, windowSize, onFault });
    // The topic outlives the request that opens it, and is shared with others.
    const listening = withoutTrace(() => wakeups.listen(topicChannel(topic), reader.wake));
    const entry = { source, reader, listening, leases: 0 };
    entries.set(topic, entry);
    timer ??= withoutTrace(() => setInterval(poll, pollMs));
    return entry;
  }

  function leave(topic: string, entry: Entry): void {
    entry.leases -= 1;
    if (entry.leases > 0) return;
    entries.delete(topic);
    entry.reader.close();
    entry.listening.then(
      (unlisten) => unlisten(),
      () => {},
    );
    if (entries.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /** Finds what a lost wake-up did not tell: one call a source, however many topics. Not traced: it runs every second. */
  function poll(): void {
    const bySource = Map.groupBy(entries, ([, { source }]) => source);
    for (const [source, topics] of bySource) {
      for (let start = 0; start < topics.length; start += HEADS_BATCH) {
        const batch = topics.slice(start, start + HEADS_BATCH);
        void withUnsampledTrace(() => pollBatch(source, batch));
      }
    }
  }

  async function pollBatch(source: LiveSource, batch: [string, Entry][]): Promise<void> {
    try {
      const heads = await source.heads(
        batch.map(([topic]) => topic),
        closing.signal,
      );
      for (const [topic, { reader }] of batch) {
        const head = heads.get(topic);
        if (head !== undefined) reader.observe(head);
      }
    } catch (err) {
      if (!closing.signal.aborted)
        log.debug({ err, source: source.name }, 'a live source did not tell its heads');
    }
  }

  return {
    async open(topic) {
      const entry = entries.get(topic) ?? enter(topic);
      entry.leases += 1;
      let held = true;
      const release = () => {
        if (held) leave(topic, entry);
        held = false;
      };
      try {
        await entry.listening;
      } catch (cause) {
        release();
        throw new LiveUnavailableError('Live updates cannot be had right now.', { cause });
      }
      return { topic, source: entry.source, reader: entry.reader, release };
    },
    topics: () => entries.size,
    close() {
      clearInterval(timer);
      stopWatching();
      closing.abort();
    },
  };
}
