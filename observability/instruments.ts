import { Counter, Gauge, Histogram, type OpenMetricsContentType, type Registry } from 'prom-client';
import { METRICS, type MetricName } from './attributes.ts';
import { currentExemplar } from './tracing.ts';

/** All metrics of a process; rendered as OpenMetrics, which alone knows exemplars. */
export type MetricRegistry = Registry<OpenMetricsContentType>;

/** Names of the declared metrics of one type. */
export type MetricOf<Type extends string> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** A histogram; of durations in seconds unless it has buckets of its own. */
export function histogram<Name extends MetricOf<'histogram'>>(
  registry: MetricRegistry,
  name: Name,
  buckets: readonly number[] = DURATION_BUCKETS,
) {
  const { meaning, labels } = METRICS[name];
  return new Histogram<(typeof METRICS)[Name]['labels'][number]>({
    name,
    help: meaning,
    labelNames: [...labels],
    buckets: [...buckets],
    registers: [registry],
  });
}

/**
 * A histogram of durations of which each bucket names the last trace that fell into it, where that was recorded: an
 * exemplar, by which dashboards lead from a slow moment to its trace.
 *
 * @returns observes one, in seconds
 */
export function tracedHistogram<Name extends MetricOf<'histogram'>>(
  registry: MetricRegistry,
  name: Name,
): (labels: Record<(typeof METRICS)[Name]['labels'][number], string>, seconds: number) => void {
  const { meaning, labels: names } = METRICS[name];
  const durations = new Histogram<string>({
    name,
    help: meaning,
    labelNames: [...names],
    buckets: DURATION_BUCKETS,
    enableExemplars: true,
    registers: [registry],
  });
  return (labels, value) => {
    const exemplarLabels = currentExemplar();
    durations.observe(exemplarLabels === undefined ? { labels, value } : { labels, value, exemplarLabels });
  };
}

/** Makes a metric that only ever rises. */
export function counter<Name extends MetricOf<'counter'>>(registry: MetricRegistry, name: Name) {
  const { meaning, labels } = METRICS[name];
  return new Counter<(typeof METRICS)[Name]['labels'][number]>({
    name,
    help: meaning,
    labelNames: [...labels],
    registers: [registry],
  });
}

/** A value that is asked for at each scrape. */
export function gauge(registry: MetricRegistry, name: MetricOf<'gauge'>, read: () => number): void {
  new Gauge({
    name,
    help: METRICS[name].meaning,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** Is the value that a gauge shows for one series. */
type Sample<Name extends MetricName> = readonly [
  labels: Record<(typeof METRICS)[Name]['labels'][number], string>,
  value: number,
];

/**
 * Makes a gauge with a value for each series, asked for at each scrape. Values of one series are summed, and a series
 * that is not reported goes.
 */
export function gaugeBy<Name extends MetricOf<'gauge'>>(
  registry: MetricRegistry,
  name: Name,
  read: () => readonly Sample<Name>[] | Promise<readonly Sample<Name>[]>,
): void {
  new Gauge<string>({
    name,
    help: METRICS[name].meaning,
    labelNames: [...METRICS[name].labels],
    registers: [registry],
    async collect() {
      const samples = await read();
      this.reset();
      for (const [labels, value] of samples) this.inc(labels, value);
    },
  });
}

/** From 1 ms, a cached read, to 10 s, past every timeout of ours. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
