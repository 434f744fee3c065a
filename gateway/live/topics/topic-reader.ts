import { setTimeout as delay } from 'node:timers/promises';
import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import { readSettled } from './settled-read.ts';
import type { Head, LiveEvent, LiveSource, ReadPage } from './source.ts';

/** A subscriber's place in a topic: behind this event. */
export interface Place {
  epoch: string;
  seq: number;
}

/**
 * Reads one topic for all of its subscribers in this gateway. Nobody has a queue: whoever is ready asks for what stands
 * behind their place, and gets it from the window of the newest events, or from the log where they are further back.
 */
export interface TopicReader {
  /** Another one than that of every other reader, those of the same topic that were closed included. */
  id: number;
  /** Counts everything that may have changed the topic. */
  version(): number;
  /** Resolves once the version is another than `since`; rejects when the signal aborts. */
  changed(since: number, signal: AbortSignal): Promise<void>;
  /**
   * The events behind a place, at least one, in order and without gap; "lost" where they are no longer kept or the
   * topic's history is another. Waits until there are some; rejects when the signal aborts.
   */
  next(place: Place, signal: AbortSignal): Promise<readonly LiveEvent[] | 'lost'>;
  /** Whether something stands behind a place, or its history is another: `next` would not wait. */
  isBehind(place: Place): boolean;
  /** Calls a listener after each change of the version. */
  onChange(listener: () => void): () => void;
  /** How many of the newest events are kept. */
  windowSize: number;
  /** How many events stand behind a place that have been read. */
  lag(place: Place): number;
  /** Reads the topic from now on: somebody subscribes to its events, and this is its head. */
  follow(head: Head): void;
  /** Hears of the topic's head from the slow poll, or for subscribers to whom only the version matters. */
  observe(head: Head): void;
  /** Hears a wake-up; `seq` is a hint at the head, 0 where the sender knew none, and `traceparent` what caused it. */
  wake(seq: number, traceparent?: string): void;
  /** Traceparents of the wake-ups that have changed the version since, the newest of them. */
  causesSince(since: number): string[];
  close(): void;
}

export interface TopicReaderOptions {
  topic: string;
  source: LiveSource;
  /** How many of the newest events are kept. */
  windowSize: number;
  /** Told of a failed read; the next wake-up or poll tries again. */
  onFault(error: unknown): void;
}

const PAGE_SIZE = 200;
/** Links a span may carry; a burst of events has more causes than anybody follows. */
const MAX_LINKS = 32;
const RETRY_MS = 500;

let readersMade = 0;

/** Makes the reader of a topic. It reads nothing until somebody follows. */
export function createTopicReader({ topic, source, windowSize, onFault }: TopicReaderOptions): TopicReader {
  readersMade += 1;
  const id = readersMade;
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  const readsBehind = new Map<number, Promise<ReadPage>>();
  let version = 0;
  let causes: { version: number; traceparent: string }[] = [];
  /** How far the topic was read; undefined until somebody follows. */
  let place: Place | undefined;
  /** The newest events up to `place`, without gap. */
  let window: LiveEvent[] = [];
  /** Whether something was heard that is not read yet. */
  let behind = false;
  /** The newest seq that a wake-up told of. */
  let heard = 0;
  let reading = false;
  /** The head that was observed last, where only the version matters. */
  let observed: Head | undefined;

  function notify(): void {
    version += 1;
    for (const resolve of [...waiting]) resolve();
  }

  async function readOn(): Promise<void> {
    behind = true;
    if (reading || place === undefined) return;
    reading = true;
    try {
      while (behind && !closing.signal.aborted) {
        behind = false;
        take(await settled(place.seq));
        // What is not there by now is found by the poll.
        heard = 0;
      }
    } catch (error) {
      behind = true;
      if (!closing.signal.aborted) onFault(error);
    } finally {
      reading = false;
    }
  }

  /** In a trace of its own, which links to what appended the events: many subscribers wait for it. */
  function read(afterSeq: number): Promise<ReadPage> {
    const attributes = { 'fitme.topic.kind': topicKind(topic), 'fitme.event.seq': afterSeq + 1 };
    return withSpan('live.read', { root: true, attributes }, async (span) => {
      const page = await source.read(topic, afterSeq, PAGE_SIZE, closing.signal);
      for (const event of page.events.slice(0, MAX_LINKS)) span.link(linkFromTraceparent(event.traceparent));
      span.set({ 'fitme.event.count': page.events.length });
      return page;
    });
  }

  function settled(afterSeq: number): Promise<ReadPage> {
    const known = () => ({ epoch: place?.epoch ?? '', seq: Math.max(heard, place?.seq ?? 0) });
    return readSettled(() => read(afterSeq), { afterSeq, known, signal: closing.signal });
  }

  function take({ events, head }: ReadPage): void {
    if (place === undefined) return;
    // Events that are gone already: whoever stands in front of them is told so by the log.
    const isGap = events.length === 0 && head.seq > place.seq;
    if (head.epoch !== place.epoch || isGap) startAnew(head);
    else if (events.length > 0) append(events, place, head);
  }

  function append(events: readonly LiveEvent[], from: Place, head: Head): void {
    if (events[0]?.seq !== from.seq + 1) window = [];
    window = [...window, ...events].slice(-windowSize);
    place = { epoch: head.epoch, seq: events.at(-1)?.seq ?? from.seq };
    behind ||= place.seq < head.seq;
    notify();
  }

  function catchUp(head: Head, { epoch, seq }: Place): void {
    if (head.epoch !== epoch) startAnew(head);
    else if (head.seq > seq) void readOn();
  }

  function startAnew(head: Head): void {
    window = [];
    place = { ...head };
    notify();
  }

  /** Subscribers who resume at the same place share one read. */
  function readBehind(seq: number): Promise<ReadPage> {
    let page = readsBehind.get(seq);
    if (page === undefined) {
      page = settled(seq).finally(() => readsBehind.delete(seq));
      readsBehind.set(seq, page);
    }
    return page;
  }

  async function fromLog(from: Place): Promise<readonly LiveEvent[] | 'lost'> {
    const { events, head } = await readBehind(from.seq);
    return head.epoch === from.epoch && events[0]?.seq === from.seq + 1 ? events : 'lost';
  }

  function changed(since: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (version !== since) return resolve();
      const settle = (then: () => void) => () => {
        waiting.delete(onChange);
        signal.removeEventListener('abort', onAbort);
        then();
      };
      const onChange = settle(resolve);
      const onAbort = settle(() => reject(signal.reason));
      waiting.add(onChange);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  return {
    id,
    windowSize,
    version: () => version,
    changed,
    isBehind: ({ epoch, seq }) => place !== undefined && (place.epoch !== epoch || place.seq > seq),
    onChange(listener) {
      waiting.add(listener);
      return () => waiting.delete(listener);
    },
    async next(from, signal) {
      for (;;) {
        signal.throwIfAborted();
        if (place !== undefined && place.epoch !== from.epoch) return 'lost';
        if (place === undefined || from.seq >= place.seq) {
          await changed(version, signal);
          continue;
        }
        const [first] = window;
        if (first !== undefined && first.seq <= from.seq + 1) return window.slice(from.seq + 1 - first.seq);
        try {
          return await fromLog(from);
        } catch (error) {
          onFault(error);
          await delay(RETRY_MS, undefined, { signal });
        }
      }
    },
    lag: ({ epoch, seq }) => (place?.epoch === epoch ? place.seq - seq : 0),
    follow(head) {
      if (place === undefined) {
        place = { ...head };
        // A wake-up that came while the head was asked for may tell of an event behind it.
        if (behind) void readOn();
      } else {
        catchUp(head, place);
      }
    },
    observe(head) {
      const isNews = observed !== undefined && (observed.seq !== head.seq || observed.epoch !== head.epoch);
      observed = head;
      if (place !== undefined) catchUp(head, place);
      else if (isNews) notify();
    },
    wake(seq, traceparent) {
      if (traceparent !== undefined)
        causes = [...causes, { version: version + 1, traceparent }].slice(-MAX_LINKS);
      heard = Math.max(heard, seq);
      if (place === undefined || seq === 0) notify();
      if (seq === 0 || place === undefined || seq > place.seq) void readOn();
    },
    causesSince: (since) => causes.flatMap((cause) => (cause.version > since ? cause.traceparent : [])),
    close: () => closing.abort(),
  };
}
