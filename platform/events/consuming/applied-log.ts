import type { EventLogServiceDefinition } from '#gen/proto/fitme/events/v1/EventLogService.ts';
import type { EventMetrics } from '#observability/event-metrics.ts';
import type { Logger } from '#observability/logger.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { OnCrashPoint } from '../../event-log/crash-point.ts';
import { fromProto, type LoggedEvent } from '../../event-log/event.ts';
import type { ServiceClient } from '../../grpc/client.ts';
import { backgroundCall } from '../../grpc/outgoing-call.ts';
import { runThrough } from '../../pipeline.ts';
import type { ConsumerDefinition } from './definition.ts';
import {
  CONSUMER_PIPELINE,
  type ConsumerMiddleware,
  type ConsumerParts,
  type EventBatch,
} from './pipeline.ts';
import { advance, type ConsumerPlace, readPlace } from './position.ts';

export interface AppliedLogOptions<Client, Loaded> {
  /** Whose consumer it is. */
  domain: string;
  definition: ConsumerDefinition<Client, Loaded>;
  db: Database<Client>;
  /** The log of `definition.from`. */
  source: Pick<ServiceClient<EventLogServiceDefinition>, 'readEvents'>;
  log: Logger;
  metrics: Pick<EventMetrics, 'applied' | 'failed' | 'behind'>;
  /** Events in one read, and in one transaction. The definition's where left out. */
  batch?: number;
  /** What batches pass through; only the test of its order gives another one. */
  pipeline?: readonly ConsumerMiddleware[];
  onPoint?: OnCrashPoint | undefined;
}

const DEFAULT_BATCH = 200;

/** Another domain's log as far as a consumer has applied it: reads what comes next, and applies it with its position. */
export class AppliedLog<Client, Loaded> {
  readonly #options: AppliedLogOptions<Client, Loaded>;
  readonly #definition: ConsumerDefinition<Client, Loaded>;
  readonly #kinds: ReadonlySet<string>;
  /** Aborts the calls to the other domain. */
  readonly #signal: AbortSignal;
  /** Where the next read begins; null where it has to be read from the database first. */
  #place: ConsumerPlace | null = null;
  /** After a failed batch events are applied singly, until all that was read is applied. */
  #single = false;

  constructor(options: AppliedLogOptions<Client, Loaded>, signal: AbortSignal) {
    this.#options = options;
    this.#definition = options.definition;
    this.#kinds = new Set(options.definition.kinds);
    this.#signal = signal;
  }

  /** The last position that is known to be applied; undefined where the database alone knows. */
  get position(): number | undefined {
    return this.#place?.position;
  }

  /** Another process may have moved on meanwhile. */
  forgetPlace(): void {
    this.#place = null;
  }

  /** Reads and applies one batch; true when the log's end is reached. */
  async applyNext(): Promise<boolean> {
    const { domain, db, source, metrics, onPoint } = this.#options;
    const { name, from, batch = DEFAULT_BATCH } = this.#definition;
    const place = this.#place ?? (await readPlace(db, name));
    this.#place = place;
    const readAt = performance.now();
    const page = await source.readEvents(
      { domain: from, afterPosition: String(place.position), limit: this.#options.batch ?? batch },
      { as: 'service', call: backgroundCall(this.#signal) },
    );
    await onPoint?.('read');
    const head = Number(page.headPosition);
    const oldest = Number(page.oldestPosition);
    if (place.epoch !== page.epoch || oldest > place.position + 1) {
      this.#place = await this.#startAnew(place, page.epoch, { oldest, head });
      return false;
    }
    metrics.behind(domain, name, head - place.position);
    const reached = page.events.length > 0 ? await this.#applyAll(place, page.events.map(fromProto)) : place;
    metrics.behind(domain, name, head - reached.position);
    const atHead = reached.position >= head;
    if (atHead) await this.#definition.caughtUp?.(reached, performance.now() - readAt + page.unsealedMs);
    return atHead;
  }

  /** Applies what was read behind a place, and answers with the place that is reached. */
  async #applyAll(from: ConsumerPlace, read: readonly LoggedEvent[]): Promise<ConsumerPlace> {
    const { domain, metrics, onPoint, pipeline = CONSUMER_PIPELINE } = this.#options;
    const definition = this.#definition;
    const relevant = read.filter((event) => this.#kinds.has(event.kind));
    if (relevant.length === 0) return this.#commit(from, read, async () => undefined);
    const batch: EventBatch = { domain, consumer: definition.name, relevant, loaded: undefined, applied: [] };
    const commits = this.#single ? singly(read, relevant) : [{ passed: read, events: relevant }];
    let place = from;
    let open: { transaction: Transaction<Client>; events: readonly LoggedEvent[] } | undefined;
    const parts: ConsumerParts = {
      metrics,
      async load(events) {
        const loaded = await definition.load(events);
        await onPoint?.('loaded');
        return loaded;
      },
      commit: async (apply, onCommitted) => {
        for (const { passed, events } of commits) {
          place = await this.#commit(place, passed, (transaction) => {
            open = { transaction, events };
            return apply();
          });
          onCommitted(events);
          if (events.length > 0) await onPoint?.('consumed');
        }
      },
    };
    await runThrough(pipeline, batch, parts, async () => {
      for (const event of open?.events ?? [])
        await definition.apply(open?.transaction as Transaction<Client>, event, batch.loaded as Loaded);
    });
    this.#single = false;
    return place;
  }

  /** Moves the position to the last of `passed`, together with the effect. */
  async #commit(
    from: ConsumerPlace,
    passed: readonly LoggedEvent[],
    effect: (transaction: Transaction<Client>) => Promise<unknown>,
  ): Promise<ConsumerPlace> {
    const to = { epoch: from.epoch, position: Number(passed.at(-1)?.position) };
    if (to.position === from.position) return from;
    try {
      await this.#options.db.transaction(async (transaction) => {
        await advance(transaction.tx, this.#definition.name, from, to);
        await effect(transaction);
        await this.#options.onPoint?.('applied');
      });
    } catch (error) {
      // Whether it was committed is not known where the connection broke: the place is read again.
      this.#place = null;
      this.#single = true;
      throw error;
    }
    this.#place = to;
    return to;
  }

  async #startAnew(
    from: ConsumerPlace,
    epoch: string,
    { oldest, head }: { oldest: number; head: number },
  ): Promise<ConsumerPlace> {
    if (from.epoch !== '') {
      const count = from.epoch === epoch ? oldest - 1 - from.position : undefined;
      this.#options.log.error(
        { consumer: this.#definition.name, count },
        'events were lost before they were applied; going on without them',
      );
    }
    // What is read now stands behind the head, so that it holds at least what stands up to there.
    const replace = await this.#definition.resynchronise?.(this.#signal);
    const to = { epoch, position: replace === undefined ? oldest - 1 : head };
    await this.#options.db.transaction(async (transaction) => {
      await advance(transaction.tx, this.#definition.name, from, to);
      await replace?.(transaction);
    });
    return to;
  }
}

/** A commit for each event, and a last one for the rest of the page, which moves the position alone. */
function singly(read: readonly LoggedEvent[], relevant: readonly LoggedEvent[]) {
  return [...relevant.map((event) => ({ passed: [event], events: [event] })), { passed: read, events: [] }];
}
