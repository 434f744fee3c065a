import type { Logger } from '#observability/logger.ts';
import { withoutTrace, withUnsampledTrace } from '#observability/tracing.ts';
import { topicChannel } from '#platform/events/channels.ts';
import type { Unlisten, Wakeups } from '#platform/events/wakeups.ts';
import { LiveUnavailableError } from '../connections/close-codes.ts';
import type { LiveSource, LiveSources } from './source.ts';
import { TopicReader } from './topic-reader.ts';

/** A subscriber's hold on a topic; the last one's release lets go of everything that the topic took. */
export interface TopicLease {
  topic: string;
  source: LiveSource;
  reader: TopicReader;
  release(): void;
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

interface OpenTopic {
  source: LiveSource;
  reader: TopicReader;
  listening: Promise<Unlisten>;
  leases: number;
}

/** `BatchHeads` takes no more. */
const HEADS_BATCH = 1_000;

/** All topics that somebody listens to through this gateway, each listened to and read once. */
export class LiveHub {
  readonly #options: LiveHubOptions;
  readonly #open = new Map<string, OpenTopic>();
  readonly #closing = new AbortController();
  readonly #stopWatching: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.#stopWatching = options.wakeups.onReconnect(() => {
      for (const { reader } of this.#open.values()) reader.wake(0);
    });
  }

  /**
   * Listens to a topic: what is committed after this resolves is noticed.
   *
   * @throws LiveUnavailableError where Redis is away
   * @throws DomainError NOT_FOUND where no source has the topic
   */
  async open(topic: string): Promise<TopicLease> {
    const entry = this.#open.get(topic) ?? this.#enter(topic);
    entry.leases += 1;
    let isHeld = true;
    const release = () => {
      if (isHeld) this.#leave(topic, entry);
      isHeld = false;
    };
    try {
      await entry.listening;
    } catch (cause) {
      release();
      throw new LiveUnavailableError('Live updates cannot be had right now.', { cause });
    }
    return { topic, source: entry.source, reader: entry.reader, release };
  }

  /** Topics that somebody listens to. */
  topics(): number {
    return this.#open.size;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopWatching();
    this.#closing.abort();
  }

  #enter(topic: string): OpenTopic {
    const { sources, wakeups, windowSize, pollMs, log } = this.#options;
    const source = sources.of(topic);
    const onFault = (err: unknown) => log.warn({ err, source: source.name }, 'a topic could not be read');
    const reader = new TopicReader({ topic, source, windowSize, onFault });
    // The topic outlives the request that opens it, and is shared with others.
    const listening = withoutTrace(() =>
      wakeups.listen(topicChannel(topic), (seq, traceparent) => reader.wake(seq, traceparent)),
    );
    const entry = { source, reader, listening, leases: 0 };
    this.#open.set(topic, entry);
    this.#timer ??= withoutTrace(() => setInterval(() => this.#poll(), pollMs));
    return entry;
  }

  #leave(topic: string, entry: OpenTopic): void {
    entry.leases -= 1;
    if (entry.leases > 0) return;
    this.#open.delete(topic);
    entry.reader.close();
    entry.listening.then(
      (unlisten) => unlisten(),
      () => {},
    );
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Finds what a lost wake-up did not announce: one call a source, however many topics. Not traced: it runs every second. */
  #poll(): void {
    const bySource = Map.groupBy(this.#open, ([, { source }]) => source);
    for (const [source, topics] of bySource) {
      for (let start = 0; start < topics.length; start += HEADS_BATCH) {
        const batch = topics.slice(start, start + HEADS_BATCH);
        void withUnsampledTrace(() => this.#pollBatch(source, batch));
      }
    }
  }

  async #pollBatch(source: LiveSource, batch: [string, OpenTopic][]): Promise<void> {
    const { signal } = this.#closing;
    try {
      const topics = batch.map(([topic]) => topic);
      const heads = await source.heads(topics, signal);
      for (const [topic, { reader }] of batch) {
        const head = heads.get(topic);
        if (head !== undefined) reader.observe(head);
      }
    } catch (err) {
      if (!signal.aborted)
        this.#options.log.debug({ err, source: source.name }, 'a live source did not tell its heads');
    }
  }
}
