import { counter, gaugeBy, histogram, type MetricRegistry, tracedHistogram } from './instruments.ts';

/** A domain's log at the moment of a scrape. */
export interface LogState {
  readonly domain: string;
  /** Events that are committed and that nobody can read yet. */
  readonly unsealed: number;
  /** The oldest of those has waited for this many seconds; 0 where there is none. */
  readonly waitingSeconds: number;
  /** The kept events take this many bytes on disk. */
  readonly bytes: number;
}

/** Measures how events get from a domain's log to their readers. Times are in seconds. */
export interface EventMetrics {
  /** An event became readable, so long after its append. By its kind it counts what people did, as well. */
  sealed(domain: string, kind: string, delaySeconds: number): void;
  /** A consumer of `domain` applied an event, so long after its append. */
  applied(domain: string, consumer: string, delaySeconds: number): void;
  /** A consumer of `domain` could not apply a batch as a whole, and tries again. */
  failed(domain: string, consumer: string): void;
  /** Records how many events a consumer of `domain` has still to read; null where another process reads for it. */
  behind(domain: string, consumer: string, events: number | null): void;
  /** Registers the gauges of the logs, which ask `read` at each scrape. */
  watchLogs(read: () => Promise<readonly LogState[]>): void;
}

/** Registers the metrics of event logs. */
export function createEventMetrics(registry: MetricRegistry): EventMetrics {
  const events = counter(registry, 'fitme_log_events_total');
  const sealDelay = histogram(registry, 'fitme_log_seal_delay_seconds');
  const applyDelay = tracedHistogram(registry, 'fitme_consumer_delay_seconds');
  const failures = counter(registry, 'fitme_consumer_failures_total');
  const backlog = new Map<string, readonly [labels: { domain: string; consumer: string }, number]>();
  gaugeBy(registry, 'fitme_consumer_backlog_events', () => [...backlog.values()]);
  return {
    sealed(domain, kind, delaySeconds) {
      events.inc({ domain, kind });
      sealDelay.observe({ domain }, delaySeconds);
    },
    applied: (domain, consumer, delaySeconds) => applyDelay({ domain, consumer }, delaySeconds),
    failed: (domain, consumer) => failures.inc({ domain, consumer }),
    behind(domain, consumer, count) {
      const key = `${domain} ${consumer}`;
      if (count === null) backlog.delete(key);
      else backlog.set(key, [{ domain, consumer }, count]);
    },
    watchLogs(read) {
      const watch = (
        name: 'fitme_log_unsealed_events' | 'fitme_log_waiting_seconds' | 'fitme_log_size_bytes',
        value: (state: LogState) => number,
      ) =>
        gaugeBy(registry, name, async () =>
          (await read()).map((state) => [{ domain: state.domain }, value(state)] as const),
        );
      watch('fitme_log_unsealed_events', ({ unsealed }) => unsealed);
      watch('fitme_log_waiting_seconds', ({ waitingSeconds }) => waitingSeconds);
      watch('fitme_log_size_bytes', ({ bytes }) => bytes);
    },
  };
}
