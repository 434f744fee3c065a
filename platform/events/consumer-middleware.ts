import type { EventMetrics } from '#observability/event-metrics.ts';
import type { Step } from '../middleware.ts';
import type { LoggedEvent } from './event.ts';

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
