import type { EventLogServiceDefinition } from '#gen/proto/fitme/events/v1/EventLogService.ts';
import type { EventMetrics } from '#observability/event-metrics.ts';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { DomainError } from '../../errors.ts';
import type { OnCrashPoint } from '../../event-log/crash-point.ts';
import { fromProto } from '../../event-log/envelope.ts';
import type { LoggedEvent } from '../../event-log/event.ts';
import type { ServiceClient } from '../../grpc/client.ts';
import { backgroundCall } from '../../grpc/outgoing-call.ts';
import { runThrough } from '../../pipeline.ts';
import { logChannel } from '../channels.ts';
import type { Leases } from '../leases.ts';
import { createPump, type Pump } from '../pump.ts';
import type { Unlisten, Wakeups } from '../wakeups.ts';
import type { ConsumerDefinition } from './definition.ts';
import {
  CONSUMER_PIPELINE,
  type ConsumerMiddleware,
  type ConsumerParts,
  type EventBatch,
} from './pipeline.ts';
import { advance, type ConsumerPlace, readPlace } from './position.ts';

export interface ConsumerOptions<Client, Loaded> {
  /** Whose consumer it is. */
  domain: string;
  definition: ConsumerDefinition<Client, Loaded>;
  db: Database<Client>;
  /** The log of `definition.from`. */
  source: Pick<ServiceClient<EventLogServiceDefinition>, 'readEvents'>;
  wakeups: Pick<Wakeups, 'follow' | 'onReconnect'>;
  leases: Leases;
  log: Logger;
  metrics: Pick<EventMetrics, 'applied' | 'failed' | 'behind'>;
  /** How often to look without a wake-up, milliseconds. The definition's where left out. */
  pollMs?: number;
  /** Events in one read, and in one transaction. The definition's where left out. */
  batch?: number;
  /** What batches pass through; only the test of its order gives another one. */
  pipeline?: readonly ConsumerMiddleware[];
  onPoint?: OnCrashPoint | undefined;
}

export interface Consumer {
  /** Has the log read now. */
  wake(): void;
  close(): Promise<void>;
}

const DEFAULT_BATCH = 200;
const DEFAULT_POLL_MS = 1_000;

/**
 * Applies another domain's events to this one, each exactly once and in the order of that domain's log.
 *
 * - Position and effects are one transaction, and the position only moves from where the batch was read. Killed at any
 *   moment, it goes on where the last commit left it; an instance that lost its lease unknowingly commits nothing.
 * - One process works at a time (a lease); the others stand by.
 * - An event that cannot be applied stops the consumer there, with errors in the log (at tries 1, 2, 4, 8 ...), tried again
 *   for ever, after 0.1 s up to 1 s: to pass it over would lose it and break the order. What stood before it in the
 *   batch is applied. The way out is a fix of the code, or of the data that it stumbles over.
 * - Where the log's history was lost, or its oldest events dropped before they were applied, this is an error in the
 *   log, and the consumer goes on with the oldest event kept. After a lost history that means that events may be
 *   applied that were applied before: effects should be such that this does no harm (set, not add). A consumer that can
 *   resynchronise takes the other domain's present state instead, and goes on behind it.
 */
export function createConsumer<Client, Loaded>(options: ConsumerOptions<Client, Loaded>): Consumer {
  const { domain, definition, db, source, wakeups, leases, log, metrics, onPoint } = options;
  const pollMs = options.pollMs ?? definition.pollMs ?? DEFAULT_POLL_MS;
  const batch = options.batch ?? definition.batch ?? DEFAULT_BATCH;
  const pipeline = options.pipeline ?? CONSUMER_PIPELINE;
  const kinds = new Set(definition.kinds);
  const closing = new AbortController();
  const fields = { consumer: definition.name };
  /** Where the next read begins; null where it has to be read from the database first. */
  let place: ConsumerPlace | null = null;
  /** After a failed batch events are applied singly, until all that was read is applied. */
  let single = false;
  let pump: Pump | undefined;
  let stopping: Promise<void> | undefined;

  /** Reads and applies one batch; true when the log's end is reached. */
  async function turn(): Promise<boolean> {
    place ??= await readPlace(db, definition.name);
    const asked = performance.now();
    const page = await source.readEvents(
      { domain: definition.from, afterPosition: String(place.position), limit: batch },
      { as: 'service', call: backgroundCall(closing.signal) },
    );
    await onPoint?.('read');
    const oldest = Number(page.oldestPosition);
    if (place.epoch !== page.epoch || oldest > place.position + 1) {
      place = await startAnew(place, page.epoch, { oldest, head: Number(page.headPosition) });
      return false;
    }
    const head = Number(page.headPosition);
    metrics.behind(domain, definition.name, head - place.position);
    if (page.events.length > 0) await applyAll(page.events.map(fromProto));
    metrics.behind(domain, definition.name, head - place.position);
    const atHead = place.position >= head;
    if (atHead) await definition.caughtUp?.(place, performance.now() - asked + page.unsealedMs);
    return atHead;
  }

  async function applyAll(read: readonly LoggedEvent[]): Promise<void> {
    const relevant = read.filter((event) => kinds.has(event.kind));
    if (relevant.length === 0) return commit(read, async () => undefined);
    const passing: EventBatch = {
      domain,
      consumer: definition.name,
      relevant,
      loaded: undefined,
      applied: [],
    };
    let open: { transaction: Transaction<Client>; events: readonly LoggedEvent[] } | undefined;
    const consumerParts: ConsumerParts = {
      metrics,
      async load(events) {
        const loaded = await definition.load(events);
        await onPoint?.('loaded');
        return loaded;
      },
      async commit(apply, onCommitted) {
        for (const { passed, events } of single
          ? singly(read, relevant)
          : [{ passed: read, events: relevant }]) {
          await commit(passed, (transaction) => {
            open = { transaction, events };
            return apply();
          });
          onCommitted(events);
          if (events.length > 0) await onPoint?.('consumed');
        }
      },
    };
    await runThrough(pipeline, passing, consumerParts, async () => {
      for (const event of open?.events ?? [])
        await definition.apply(open?.transaction as Transaction<Client>, event, passing.loaded as Loaded);
    });
    single = false;
  }

  /** Moves the position to the last of `passed`, together with the effect. */
  async function commit(
    passed: readonly LoggedEvent[],
    effect: (transaction: Transaction<Client>) => Promise<unknown>,
  ): Promise<void> {
    const from = place as ConsumerPlace;
    const to = { epoch: from.epoch, position: Number(passed.at(-1)?.position) };
    if (to.position === from.position) return;
    try {
      await db.transaction(async (transaction) => {
        await advance(transaction.tx, definition.name, from, to);
        await effect(transaction);
        await onPoint?.('applied');
      });
    } catch (error) {
      // Whether it was committed is not known where the connection broke: read it again.
      place = null;
      single = true;
      throw error;
    }
    place = to;
  }

  async function startAnew(
    from: ConsumerPlace,
    epoch: string,
    { oldest, head }: { oldest: number; head: number },
  ): Promise<ConsumerPlace> {
    if (from.epoch !== '') {
      log.error(
        { ...fields, count: from.epoch === epoch ? oldest - 1 - from.position : undefined },
        'events were lost before they were applied; going on without them',
      );
    }
    // Read behind the head, so that it holds at least what stands up to there.
    const replace = await definition.resynchronise?.(closing.signal);
    const to = { epoch, position: replace === undefined ? oldest - 1 : head };
    await db.transaction(async (transaction) => {
      await advance(transaction.tx, definition.name, from, to);
      await replace?.(transaction);
    });
    return to;
  }

  function start(): void {
    place = null;
    const previous = stopping;
    const unlisten: Unlisten[] = [];
    const running = createPump({
      async turn() {
        await previous;
        return turn();
      },
      pollMs,
      backoff: { firstMs: 100, maxMs: 1_000 },
      onFailure: (err, attempt) => {
        // At every doubling, so that neither an outage nor a bad event floods the log.
        if (!Number.isInteger(Math.log2(attempt))) return;
        const level = isAway(err) ? 'warn' : 'error';
        log[level]({ ...fields, err, count: attempt }, 'events cannot be applied now; trying on');
      },
    });
    unlisten.push(
      wakeups.follow(logChannel(definition.from), (head) => {
        if (place === null || head === 0 || head > place.position) running.wake();
      }),
      wakeups.onReconnect(running.wake),
    );
    pump = {
      wake: running.wake,
      async close() {
        for (const end of unlisten) end();
        await running.close();
      },
    };
  }

  function stop(): void {
    // Stopped already, by a lost lease: the turn that was under way then is still waited for.
    if (pump === undefined) return;
    // The turn under way tells once more how far it came.
    stopping = pump.close().finally(() => metrics.behind(domain, definition.name, null));
    pump = undefined;
  }

  const giveUp = withoutTrace(() =>
    leases.take(`consumer.${definition.name}`, { onHeld: start, onLost: stop }),
  );
  return {
    wake: () => pump?.wake(),
    async close() {
      closing.abort();
      stop();
      await stopping;
      await giveUp();
    },
  };
}

/** Each event by itself, and what is left to be passed over. */
function singly(read: readonly LoggedEvent[], relevant: readonly LoggedEvent[]) {
  return [...relevant.map((event) => ({ passed: [event], events: [event] })), { passed: read, events: [] }];
}

/** The other domain is down or restarting, which is no fault of an event. */
function isAway(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}
