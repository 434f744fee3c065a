import type { EventMetrics } from '#observability/event-metrics.ts';
import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { ageSeconds, type LoggedEvent } from '../../event-log/event.ts';
import type { Step } from '../../pipeline.ts';

/** Events of another domain's log on their way into this one. */
export interface EventBatch {
  /** Whose consumer it is. */
  readonly domain: string;
  readonly consumer: string;
  /** Those that matter to the consumer; at least one. */
  readonly relevant: readonly LoggedEvent[];
  /** What they need of elsewhere, once it is loaded. */
  loaded: unknown;
  /** Those whose effects are committed. */
  readonly applied: LoggedEvent[];
}

/** What middleware of a consumer works with. */
export interface ConsumerParts {
  readonly metrics: Pick<EventMetrics, 'applied' | 'failed'>;
  load(events: readonly LoggedEvent[]): Promise<unknown>;
  /** Commits the position with what `apply` does, in one transaction or, after a failure, in one an event. */
  commit(apply: () => Promise<unknown>, onCommitted: (events: readonly LoggedEvent[]) => void): Promise<void>;
}

/** One concern of every batch of events. */
export type ConsumerMiddleware = Step<EventBatch, ConsumerParts>;

/** Links a span may carry. */
const MAX_LINKS = 32;

/** A trace of its own for the batch, which links to what appended its events. */
const tracing: ConsumerMiddleware = ({ domain, consumer, relevant }, next) => {
  const links = relevant.slice(0, MAX_LINKS).map(({ traceparent }) => linkFromTraceparent(traceparent));
  const attributes = {
    'fitme.domain': domain,
    'fitme.consumer.name': consumer,
    'fitme.event.count': relevant.length,
    'fitme.event.kinds': [...new Set(relevant.map(({ kind }) => kind))],
  };
  return withSpan('apply events', { kind: 'consumer', root: true, links, attributes }, next);
};

/** Counts the events that were applied, with how long they took, and the batches that were not applied whole. */
const measuring: ConsumerMiddleware = async ({ domain, consumer, applied }, next, { metrics }) => {
  try {
    return await next();
  } catch (error) {
    metrics.failed(domain, consumer);
    throw error;
  } finally {
    for (const event of applied) metrics.applied(domain, consumer, ageSeconds(event));
  }
};

/** Reads what the events need of elsewhere, once a batch. */
const loading: ConsumerMiddleware = async (batch, next, { load }) => {
  batch.loaded = await load(batch.relevant);
  return next();
};

/** Position and effects are one transaction. */
const committing: ConsumerMiddleware = ({ applied }, next, { commit }) =>
  commit(next, (events) => applied.push(...events));

/**
 * Batches of another domain's events. Each step relies on the ones in front of it: platform/tests/pipelines shows for each
 * pair of neighbours what would be lost.
 */
export const CONSUMER_PIPELINE: readonly ConsumerMiddleware[] = [tracing, measuring, loading, committing];
