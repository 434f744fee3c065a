import { setTimeout as pause } from 'node:timers/promises';
import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { Head, LiveSource, ReadPage } from './source.ts';

export interface TopicLogOptions {
  topic: string;
  source: LiveSource;
  /** The newest event that is known to be committed. */
  known(): Head;
  /** Ends all reads. */
  signal: AbortSignal;
}

const PAGE_SIZE = 200;
/** Links a span may carry; a burst of events has more causes than anybody follows. */
export const MAX_LINKS = 32;

/** How long what is committed may be out of sight, milliseconds: behind a replica that lags, for one. */
const SETTLES_WITHIN_MS = 100;
const FIRST_PAUSE_MS = 5;

/** The log of one topic, as its source answers it. */
export class TopicLog {
  readonly #options: TopicLogOptions;
  /** Shared reads under way, by the seq that they begin behind. */
  readonly #shared = new Map<number, Promise<ReadPage>>();

  constructor(options: TopicLogOptions) {
    this.#options = options;
  }

  /**
   * Reads what stands behind a seq, and again for a moment while the answer is behind what is known, or does not begin
   * with the next event. In the end the answer is taken as it is: what it lacks is no longer kept, or was never there.
   *
   * @throws the signal's reason, or what the source answers
   */
  async read(afterSeq: number): Promise<ReadPage> {
    const { known, signal } = this.#options;
    let until: number | undefined;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      const page = withoutHole(await this.#readOnce(afterSeq), afterSeq);
      // Counted from the first answer on, however long it took: the source is asked once more at least.
      until ??= performance.now() + SETTLES_WITHIN_MS;
      const left = until - performance.now();
      if (left <= 0 || isSettled(page, afterSeq, known())) return page;
      await pause(Math.min(pauseMs, left), undefined, { signal });
    }
  }

  /** The same; those who ask for the same place at a time share one read. */
  readShared(afterSeq: number): Promise<ReadPage> {
    let page = this.#shared.get(afterSeq);
    if (page === undefined) {
      page = this.read(afterSeq).finally(() => this.#shared.delete(afterSeq));
      this.#shared.set(afterSeq, page);
    }
    return page;
  }

  /** Has a trace of its own, which links to what appended the events: many subscribers wait for it. */
  #readOnce(afterSeq: number): Promise<ReadPage> {
    const { topic, source, signal } = this.#options;
    const attributes = { 'fitme.topic.kind': topicKind(topic), 'fitme.event.seq': afterSeq + 1 };
    return withSpan('live.read', { root: true, attributes }, async (span) => {
      const page = await source.read(topic, afterSeq, PAGE_SIZE, signal);
      for (const event of page.events.slice(0, MAX_LINKS)) span.link(linkFromTraceparent(event.traceparent));
      span.set({ 'fitme.event.count': page.events.length });
      return page;
    });
  }
}

function isSettled({ events, head }: ReadPage, afterSeq: number, known: Head): boolean {
  if (head.epoch !== known.epoch) return true;
  if (head.seq < known.seq) return false;
  return head.seq <= afterSeq || events[0]?.seq === afterSeq + 1;
}

/** The page up to the first seq that is missing behind its beginning. */
function withoutHole({ events, head }: ReadPage, afterSeq: number): ReadPage {
  const first = events[0]?.seq ?? afterSeq + 1;
  const hole = events.findIndex(({ seq }, index) => seq !== first + index);
  return { events: hole === -1 ? events : events.slice(0, hole), head };
}
