import { setTimeout as delay } from 'node:timers/promises';
import type { Head, LiveEvent, LiveSource, ReadPage } from './source.ts';
import { MAX_LINKS, TopicLog } from './topic-log.ts';

/** A subscriber's place in a topic: behind this event. */
export interface Place {
  epoch: string;
  seq: number;
}

export interface TopicReaderOptions {
  topic: string;
  source: LiveSource;
  /** How many of the newest events are kept. */
  windowSize: number;
  /** Called with what failed a read; the next wake-up or poll tries again. */
  onFault(error: unknown): void;
}

const RETRY_MS = 500;

let readersMade = 0;

/**
 * Reads one topic for all of its subscribers in this gateway. Nobody has a queue: whoever is ready asks for what stands
 * behind their place, and gets it from the window of the newest events, or from the log where they are further back. It
 * reads nothing until somebody follows.
 */
export class TopicReader {
  /** Another one than that of every other reader, those of the same topic that were closed included. */
  readonly id: number;
  /** How many of the newest events are kept. */
  readonly windowSize: number;
  readonly #onFault: (error: unknown) => void;
  readonly #log: TopicLog;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #causes: { version: number; traceparent: string }[] = [];
  /** How far the topic was read; undefined until somebody follows. */
  #place: Place | undefined;
  /** The newest events up to the place, without gap. */
  #window: LiveEvent[] = [];
  /** Something may have been committed that is not read yet. */
  #hasUnread = false;
  #isReading = false;
  /** The newest seq of which a wake-up said that it is committed. */
  #announcedSeq = 0;
  /** The head that was observed last, where only the version matters. */
  #observed: Head | undefined;

  constructor({ topic, source, windowSize, onFault }: TopicReaderOptions) {
    readersMade += 1;
    this.id = readersMade;
    this.windowSize = windowSize;
    this.#onFault = onFault;
    this.#log = new TopicLog({
      topic,
      source,
      signal: this.#closing.signal,
      known: () => ({
        epoch: this.#place?.epoch ?? '',
        seq: Math.max(this.#announcedSeq, this.#place?.seq ?? 0),
      }),
    });
  }

  /** Counts everything that may have changed the topic. */
  version(): number {
    return this.#version;
  }

  /** Calls a listener after each change of the version. Answers what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once the version is another than `since`; rejects when the signal aborts. */
  changed(since: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#version !== since) return resolve();
      const settle = (then: () => void) => () => {
        this.#listeners.delete(onChange);
        signal.removeEventListener('abort', onAbort);
        then();
      };
      const onChange = settle(resolve);
      const onAbort = settle(() => reject(signal.reason));
      this.#listeners.add(onChange);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Traceparents of the wake-ups that have changed the version since, the newest of them. */
  causesSince(since: number): string[] {
    return this.#causes.flatMap(({ version, traceparent }) => (version > since ? traceparent : []));
  }

  /** Whether something stands behind a place, or its history is another: `next` would not wait. */
  isBehind({ epoch, seq }: Place): boolean {
    return this.#place !== undefined && (this.#place.epoch !== epoch || this.#place.seq > seq);
  }

  /** How many events stand behind a place that have been read. */
  lag({ epoch, seq }: Place): number {
    return this.#place?.epoch === epoch ? this.#place.seq - seq : 0;
  }

  /**
   * The events behind a place, at least one, in order and without gap; "lost" where they are no longer kept or the
   * topic's history is another. Waits until there are some; rejects when the signal aborts.
   */
  async next(from: Place, signal: AbortSignal): Promise<readonly LiveEvent[] | 'lost'> {
    for (;;) {
      signal.throwIfAborted();
      const place = this.#place;
      if (place !== undefined && place.epoch !== from.epoch) return 'lost';
      if (place === undefined || from.seq >= place.seq) {
        await this.changed(this.#version, signal);
        continue;
      }
      const [first] = this.#window;
      if (first !== undefined && first.seq <= from.seq + 1)
        return this.#window.slice(from.seq + 1 - first.seq);
      try {
        const { events, head } = await this.#log.readShared(from.seq);
        return head.epoch === from.epoch && events[0]?.seq === from.seq + 1 ? events : 'lost';
      } catch (error) {
        this.#onFault(error);
        await delay(RETRY_MS, undefined, { signal });
      }
    }
  }

  /** Reads the topic from now on: somebody subscribes to its events, and this is its head. */
  follow(head: Head): void {
    if (this.#place === undefined) {
      this.#place = { ...head };
      // A wake-up that came while the head was asked for may announce an event behind it.
      if (this.#hasUnread) void this.#readOn();
    } else {
      this.#catchUp(head, this.#place);
    }
  }

  /** Takes the topic's head as the slow poll found it, or for subscribers to whom only the version matters. */
  observe(head: Head): void {
    const before = this.#observed;
    this.#observed = head;
    if (this.#place !== undefined) this.#catchUp(head, this.#place);
    else if (before !== undefined && (before.seq !== head.seq || before.epoch !== head.epoch)) this.#notify();
  }

  /** Takes a wake-up; `seq` is a hint at the head, 0 where the sender knew none, and `traceparent` what caused it. */
  wake(seq: number, traceparent?: string): void {
    if (traceparent !== undefined)
      this.#causes = [...this.#causes, { version: this.#version + 1, traceparent }].slice(-MAX_LINKS);
    this.#announcedSeq = Math.max(this.#announcedSeq, seq);
    if (this.#place === undefined || seq === 0) this.#notify();
    if (seq === 0 || this.#place === undefined || seq > this.#place.seq) void this.#readOn();
  }

  /** Ends all reads. */
  close(): void {
    this.#closing.abort();
  }

  #notify(): void {
    this.#version += 1;
    for (const listener of [...this.#listeners]) listener();
  }

  async #readOn(): Promise<void> {
    this.#hasUnread = true;
    if (this.#isReading || this.#place === undefined) return;
    this.#isReading = true;
    try {
      while (this.#hasUnread && !this.#closing.signal.aborted) {
        this.#hasUnread = false;
        this.#append(await this.#log.read(this.#place.seq));
        // What is not there by now is found by the poll.
        this.#announcedSeq = 0;
      }
    } catch (error) {
      this.#hasUnread = true;
      if (!this.#closing.signal.aborted) this.#onFault(error);
    } finally {
      this.#isReading = false;
    }
  }

  #append({ events, head }: ReadPage): void {
    const place = this.#place;
    if (place === undefined) return;
    // Events that are gone already: whoever stands in front of them learns it from the log.
    const isGap = events.length === 0 && head.seq > place.seq;
    if (head.epoch !== place.epoch || isGap) {
      this.#startAt(head);
      return;
    }
    const last = events.at(-1);
    if (last === undefined) return;
    const window = events[0]?.seq === place.seq + 1 ? this.#window : [];
    this.#window = [...window, ...events].slice(-this.windowSize);
    this.#place = { epoch: head.epoch, seq: last.seq };
    this.#hasUnread ||= last.seq < head.seq;
    this.#notify();
  }

  #catchUp(head: Head, { epoch, seq }: Place): void {
    if (head.epoch !== epoch) this.#startAt(head);
    else if (head.seq > seq) void this.#readOn();
  }

  #startAt(head: Head): void {
    this.#window = [];
    this.#place = { ...head };
    this.#notify();
  }
}
