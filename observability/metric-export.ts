import type { HrTime } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { MetricTarget } from './exporters.ts';

/** Reads the metrics of a process as they are now. */
export type ReadMetrics = () => Promise<MetricObjectWithValues<MetricValue<string>>[]>;

interface MetricExport {
  /** Sends once more, and stops. */
  shutdown(): Promise<void>;
}

/** Sends the metrics that a process is scraped for to these places as well, over and over: one registry, two ways out. */
export function startMetricExport(options: {
  read: ReadMetrics;
  targets: readonly MetricTarget[];
  resource: Resource;
  intervalMs: number;
}): MetricExport {
  const { read, targets, resource, intervalMs } = options;
  const provider = new MeterProvider({
    resource,
    readers: targets.map(
      ({ exporter, temporality }) =>
        new PeriodicExportingMetricReader({
          exporter,
          exportIntervalMillis: intervalMs,
          exportTimeoutMillis: Math.min(intervalMs, 10_000),
          metricProducers: [createProducer(read, resource, temporality)],
        }),
    ),
  });
  return { shutdown: () => provider.shutdown() };
}

/** Makes OpenTelemetry's metrics of Prometheus'. What came since the last time is worked out here: producers are asked for it. */
function createProducer(
  read: ReadMetrics,
  resource: Resource,
  temporality: MetricTarget['temporality'],
): MetricProducer {
  const startTime = hrTime();
  const since = temporality === 'delta' ? createDeltas() : null;
  let lastTime = startTime;
  return {
    async collect(): Promise<CollectionResult> {
      const endTime = hrTime();
      const times: Times = { startTime: since === null ? startTime : lastTime, endTime, since };
      lastTime = endTime;
      const metrics = (await read()).flatMap((metric) => metricOf(metric, times) ?? []);
      return {
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'fitme' }, metrics }] },
        errors: [],
      };
    },
  };
}

/** Tells how much a series has risen since it was asked about last. */
type Deltas = (series: string, total: number) => number;

interface Times {
  startTime: HrTime;
  endTime: HrTime;
  since: Deltas | null;
}

function createDeltas(): Deltas {
  const totals = new Map<string, number>();
  return (series, total) => {
    const before = totals.get(series) ?? 0;
    totals.set(series, total);
    // A series that was forgotten and began again.
    return total >= before ? total - before : total;
  };
}

/** Undefined for summaries, of which there are none. */
function metricOf(metric: MetricObjectWithValues<MetricValue<string>>, times: Times): MetricData | undefined {
  const { name, help, values } = metric;
  const type = String(metric.type);
  const aggregationTemporality =
    times.since === null ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA;
  const descriptor = (metricName: string) => ({
    name: metricName,
    description: help,
    unit: unitOf(metricName),
    valueType: 1,
  });
  if (type === 'gauge') {
    return {
      descriptor: descriptor(name),
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.GAUGE,
      dataPoints: values.map((value) => pointOf(value, value.value, times)),
    };
  }
  if (type === 'counter') {
    // prom-client takes the suffix away for OpenMetrics, and does not give it back.
    const counter = name.endsWith('_total') ? name : `${name}_total`;
    return {
      descriptor: descriptor(counter),
      aggregationTemporality,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: values.map((value) => pointOf(value, risen(name, value, times), times)),
    };
  }
  if (type !== 'histogram') return undefined;
  return {
    descriptor: descriptor(name),
    aggregationTemporality,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: histogramsOf(name, values, times),
  };
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '1';
}

function pointOf(
  { labels }: MetricValue<string>,
  value: number,
  { startTime, endTime }: Times,
): DataPoint<number> {
  return { startTime, endTime, attributes: attributesOf(labels), value };
}

function risen(name: string, { labels, value }: MetricValue<string>, { since }: Times): number {
  return since === null ? value : since(`${name} ${JSON.stringify(labels)}`, value);
}

type Value = MetricValue<string> & { metricName?: string };

/** Prometheus counts in each bucket what is in those below it as well; OpenTelemetry does not. */
function histogramsOf(name: string, values: readonly Value[], times: Times): DataPoint<Histogram>[] {
  const series = Map.groupBy(values, ({ labels: { le: _bound, ...labels } }) => JSON.stringify(labels));
  return [...series].map(([key, parts]) => {
    const total = (suffix: string) => {
      const part = parts.find(({ metricName }) => metricName === `${name}_${suffix}`);
      return part === undefined ? 0 : risen(`${name}_${suffix}`, part, times);
    };
    const buckets = parts.filter(({ metricName }) => metricName === `${name}_bucket`);
    const below = buckets.map((bucket) => risen(`${name}_bucket`, bucket, times));
    return {
      startTime: times.startTime,
      endTime: times.endTime,
      attributes: attributesOf(JSON.parse(key)),
      value: {
        buckets: {
          boundaries: buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite),
          counts: below.map((count, index) => count - (below[index - 1] ?? 0)),
        },
        sum: total('sum'),
        count: total('count'),
      },
    };
  });
}

function attributesOf(labels: Partial<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, String(value)]));
}
