import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { METRICS, type MetricName } from './attributes.ts';

/** Names of the declared metrics of one type. */
export type MetricOf<Type extends string> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** A histogram; of durations in seconds unless it has buckets of its own. */
export function histogram<Name extends MetricOf<'histogram'>>(
  registry: Registry,
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

/** What only ever rises. */
export function counter<Name extends MetricOf<'counter'>>(registry: Registry, name: Name) {
  const { meaning, labels } = METRICS[name];
  return new Counter<(typeof METRICS)[Name]['labels'][number]>({
    name,
    help: meaning,
    labelNames: [...labels],
    registers: [registry],
  });
}

/** A value that is asked for at each scrape. */
export function gauge(registry: Registry, name: MetricOf<'gauge'>, read: () => number): void {
  new Gauge({
    name,
    help: METRICS[name].meaning,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** What a gauge shows of one series. */
export type Sample<Name extends MetricName> = readonly [
  labels: Record<(typeof METRICS)[Name]['labels'][number], string>,
  value: number,
];

/** A value a series, asked for at each scrape; what stands there twice is summed, and series that are not told of go. */
export function gaugeBy<Name extends MetricOf<'gauge'>>(
  registry: Registry,
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
