import type { LiveEvent__Output } from '#gen/proto/fitme/live/v1/LiveEvent.ts';
import type { LiveSourceServiceDefinition } from '#gen/proto/fitme/live/v1/LiveSourceService.ts';
import type { Logger } from '#observability/logger.ts';
import { DomainError } from '../errors.ts';
import type { ServiceClient } from '../grpc/client.ts';
import { backgroundCall } from '../grpc/outgoing-call.ts';
import { topicChannel, topicKind } from './channels.ts';
import { createPump } from './pump.ts';
import type { Wakeups } from './wakeups.ts';

/** Where a logged topic is read. */
export type TopicSource = Pick<ServiceClient<LiveSourceServiceDefinition>, 'read'>;

/** A follower's place: seqs of different epochs do not compare. */
export interface TopicCursor {
  /** Empty where the follower has not read yet. */
  epoch: string;
  seq: number;
}

export interface TopicFollowerOptions {
  topic: string;
  source: TopicSource;
  wakeups: Pick<Wakeups, 'follow' | 'onReconnect'>;
  log: Logger;
  /** Events behind this one are handed over. From the oldest kept where left out. */
  after?: TopicCursor;
  /**
   * Takes events in order of seq, each exactly once for as long as the process lives. Rejecting it makes the same events
   * come again.
   */
  onEvents(events: readonly LiveEvent__Output[]): void | Promise<void>;
  /**
   * Events are missing: their time was over, or the log's history was lost. What follows begins with the oldest kept.
   * Not called for a follower that begins without a place.
   */
  onGap?(): void | Promise<void>;
  /** How often to look without a wake-up, milliseconds. 1,000 where left out. */
  pollMs?: number;
}

export interface TopicFollower {
  /** Resolves when the follower has come to the topic's end for the first time. */
  ready: Promise<void>;
  /** Up to where events were handed over. */
  cursor(): TopicCursor;
  /** Has the topic read now. */
  wake(): void;
  close(): Promise<void>;
}

const PAGE = 1_000;
/** A source that hangs is asked again before anybody would notice. */
const READ_TIMEOUT_MS = 1_500;

/**
 * Follows one logged topic: reads what it lacks on every wake-up, whenever Redis is back, and by a slow poll that finds
 * what no wake-up told. A source that is away is asked again after 0.1 s, then ever later, up to `pollMs`.
 */
export function createTopicFollower(options: TopicFollowerOptions): TopicFollower {
  const { topic, source, wakeups, log, onEvents, onGap, pollMs = 1_000 } = options;
  let cursor: TopicCursor = options.after ?? { epoch: '', seq: 0 };
  const ready = Promise.withResolvers<void>();
  const closing = new AbortController();

  /** Reads a page; true when that was the last one. */
  async function turn(): Promise<boolean> {
    const page = await read();
    if (closing.signal.aborted) return true;
    if (page === null) {
      ready.resolve();
      return true;
    }
    const oldest = Number(page.oldestSeq);
    const lost = cursor.epoch !== '' && page.epoch !== cursor.epoch;
    if (lost || oldest > cursor.seq + 1) {
      if (cursor.epoch !== '') {
        log.warn(
          { topicKind: topicKind(topic) },
          'events of a followed topic are gone; going on with the oldest kept',
        );
        await onGap?.();
      }
      cursor = { epoch: page.epoch, seq: oldest - 1 };
      // A page that was read from a place which does not exist any more says nothing.
      if (lost) return false;
    }
    if (page.events.length > 0) await onEvents(page.events);
    cursor = { epoch: page.epoch, seq: Number(page.events.at(-1)?.seq ?? cursor.seq) };
    const done = cursor.seq >= Number(page.headSeq);
    if (done) ready.resolve();
    return done;
  }

  /** Null where nothing was ever appended to the topic. */
  async function read() {
    try {
      const request = { topic, afterSeq: String(cursor.seq), limit: PAGE };
      return await source.read(request, {
        as: 'service',
        call: backgroundCall(closing.signal),
        timeoutMs: READ_TIMEOUT_MS,
      });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  }

  const pump = createPump({
    turn,
    pollMs,
    backoff: { firstMs: 100, maxMs: pollMs },
    onFailure(err, attempt) {
      if (attempt === 3)
        log.warn({ err, topicKind: topicKind(topic) }, 'a topic cannot be followed now; trying on');
    },
  });
  const unlisten = wakeups.follow(topicChannel(topic), (head) => {
    if (head === 0 || head > cursor.seq) pump.wake();
  });
  const unlistenReconnect = wakeups.onReconnect(pump.wake);

  return {
    ready: ready.promise,
    cursor: () => cursor,
    wake: pump.wake,
    async close() {
      closing.abort();
      unlisten();
      unlistenReconnect();
      await pump.close();
    },
  };
}
