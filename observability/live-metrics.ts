import { counter, gauge, histogram, type MetricRegistry } from './instruments.ts';

/** Describes what the live part holds at the moment of a scrape. */
interface LiveCounts {
  readonly connections: number;
  readonly subscriptions: number;
  readonly topics: number;
  /** Redis channels. */
  readonly channels: number;
  /** Counts bytes that were sent to clients and not yet taken by them. */
  readonly queuedBytes: number;
}

/** The live part of a gateway. Policies are those of fields (docs/LIVE-PROTOCOL.md), in lower case. */
export interface LiveMetrics {
  /** Messages went to so many subscribers. */
  delivered(mode: 'logged' | 'state', subscribers: number): void;
  /** An event was completed for its first subscriber, so long after its append. */
  completed(delaySeconds: number): void;
  /** Events were left out for a client that did not take them in time. */
  dropped(policy: string, events: number): void;
  /** Records that a subscriber was sent word that events in front of a cursor are lost. */
  historyLost(): void;
  /** Records that a subscription was ended from this side; the code is what the client was sent. */
  ended(code: string): void;
  /** Records how far behind a subscriber is who had caught up and is slow. */
  lag(policy: string, events: number): void;
  /** A connection or subscription was one too many. */
  refused(limit: LiveLimit): void;
  /** Registers the gauges, which ask `count` at each scrape. */
  watch(count: () => LiveCounts): void;
  /** Registers the gauge of subscriptions that subgraphs serve. */
  watchUpstreams(count: () => number): void;
}

export type LiveLimit =
  | 'connections'
  | 'connections_per_address'
  | 'connections_per_viewer'
  | 'subscriptions_per_connection'
  | 'subscriptions_per_viewer';

/** From one event to past the lag at which a subscriber is ended. */
const LAGS = [1, 3, 10, 30, 100, 300, 1_000, 3_000];

/** Registers the metrics of the live part. */
export function createLiveMetrics(registry: MetricRegistry): LiveMetrics {
  const deliveries = counter(registry, 'fitme_live_deliveries_total');
  const delay = histogram(registry, 'fitme_live_delay_seconds');
  const dropped = counter(registry, 'fitme_live_dropped_total');
  const historyLost = counter(registry, 'fitme_live_history_lost_total');
  const ended = counter(registry, 'fitme_live_ended_total');
  const lag = histogram(registry, 'fitme_live_lag_events', LAGS);
  const refused = counter(registry, 'fitme_live_refused_total');
  return {
    delivered: (mode, subscribers) => deliveries.inc({ mode }, subscribers),
    completed: (delaySeconds) => delay.observe(delaySeconds),
    dropped: (policy, events) => dropped.inc({ policy }, events),
    historyLost: () => historyLost.inc(),
    ended: (code) => ended.inc({ code }),
    lag: (policy, events) => lag.observe({ policy }, events),
    refused: (limit) => refused.inc({ limit }),
    watch(count) {
      gauge(registry, 'fitme_live_connections', () => count().connections);
      gauge(registry, 'fitme_live_subscriptions', () => count().subscriptions);
      gauge(registry, 'fitme_live_topics', () => count().topics);
      gauge(registry, 'fitme_live_channels', () => count().channels);
      gauge(registry, 'fitme_live_queued_bytes', () => count().queuedBytes);
    },
    watchUpstreams: (count) => gauge(registry, 'fitme_live_upstreams', count),
  };
}
