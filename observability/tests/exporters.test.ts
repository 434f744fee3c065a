import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import {
  PATIENT_EXPORTERS,
  type Receiver,
  startGrpcReceiver,
  startHttpReceiver,
  startSilentReceiver,
} from './receivers.ts';

const REGISTER = new URL('../register.ts', import.meta.url).href;
const PROGRAM = new URL('./exporting-program.ts', import.meta.url).pathname;

interface Outcome {
  traceparent: string;
  headers: Record<string, string>;
  output: string;
}

const receivers: Receiver[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function open(start: () => Promise<Receiver>): Promise<Receiver> {
  const receiver = await start();
  receivers.push(receiver);
  return receiver;
}

/** Runs the program to its end. */
async function run(environment: Record<string, string>): Promise<Outcome> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', REGISTER, PROGRAM], {
    env: { OTEL_SERVICE_NAME: 'shop', OTEL_METRIC_EXPORT_INTERVAL: '50', ...environment },
  });
  const reported = stderr.split('\n').find((line) => line.startsWith('{"traceparent"')) ?? '{}';
  return { ...JSON.parse(reported), output: stdout };
}

const ALL = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp' };

describe.each([
  ['grpc', startGrpcReceiver],
  ['http/protobuf', startHttpReceiver],
  ['http/json', startHttpReceiver],
] as const)('OTLP over %s', (protocol, start) => {
  test('carries spans, metrics and log lines of one process, which belong together', async () => {
    const receiver = await open(start);
    const { traceparent } = await run({
      ...ALL,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    });
    const [, traceId, spanId] = traceparent.split('-');

    const spans = spansOf(receiver);
    expect(spans.find(({ name }) => name === 'take stock')).toMatchObject({ traceId, spanId });
    expect(spans.find(({ name }) => name === 'count shelves')).toMatchObject({
      traceId,
      parentSpanId: spanId,
    });
    expect(serviceNames(receiver)).toEqual(new Set(['shop']));

    expect(pointsOf(receiver, 'fitme_gateway_plans_total').at(-1)).toMatchObject({ asDouble: 3 });
    const [duration] = pointsOf(receiver, 'fitme_gateway_operation_duration_seconds');
    expect(Number(duration?.count)).toBe(1);
    expect(duration?.sum).toBe(0.02);
    // One measurement, in the bucket up to 25 ms.
    const counts = duration?.bucketCounts?.map(Number) ?? [];
    expect(counts[duration?.explicitBounds?.indexOf(0.025) ?? -1]).toBe(1);
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(1);

    const [line] = linesOf(receiver);
    expect(line).toMatchObject({
      body: { stringValue: 'stock was taken' },
      severityText: 'info',
      traceId,
      spanId,
    });
    expect(JSON.stringify(line)).toContain('shelves');
  });
});

test('what is sent as what came since the last time sums up to all there was', async () => {
  const receiver = await open(startHttpReceiver);
  await run({
    ...ALL,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  });
  const points = pointsOf(receiver, 'fitme_gateway_plans_total').map(({ asDouble }) => asDouble ?? 0);
  expect(points.length).toBeGreaterThan(1);
  expect(points[0]).toBe(1);
  expect(points.reduce((sum, value) => sum + value, 0)).toBe(3);
});

test('several exporters at once: Zipkin, Datadog in deltas, the console, OTLP', async () => {
  const [collector, zipkin, datadog] = [
    await open(startHttpReceiver),
    await open(startHttpReceiver),
    await open(startHttpReceiver),
  ];
  const { traceparent, output } = await run({
    OTEL_TRACES_EXPORTER: 'otlp,zipkin,datadog,console',
    OTEL_METRICS_EXPORTER: 'otlp,datadog',
    OTEL_LOGS_EXPORTER: 'datadog',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${zipkin.url}/api/v2/spans`,
    DATADOG_OTLP_ENDPOINT: datadog.url,
  });
  const [, traceId, spanId] = traceparent.split('-');
  const [sent] = zipkin.received;
  expect(sent?.way).toBe('/api/v2/spans');
  expect(zipkin.received.flatMap(({ body }) => body)).toContainEqual(
    expect.objectContaining({
      traceId,
      id: spanId,
      name: 'take stock',
      localEndpoint: { serviceName: 'shop' },
    }),
  );
  expect(spansOf(collector).map(({ name }) => name)).toContain('take stock');
  expect(spansOf(datadog).map(({ name }) => name)).toContain('take stock');
  expect(output).toContain("name: 'take stock'");
  expect(linesOf(datadog)).toHaveLength(1);
  expect(linesOf(collector)).toEqual([]);

  expect(pointsOf(collector, 'fitme_gateway_plans_total').at(-1)?.asDouble).toBe(3);
  const since = pointsOf(datadog, 'fitme_gateway_plans_total').map(({ asDouble }) => asDouble ?? 0);
  expect(since.reduce((sum, value) => sum + value, 0)).toBe(3);
  expect(since.at(-1)).toBeLessThan(3);
});

test('a trace goes on in every format of headers that is asked for', async () => {
  const receiver = await open(startHttpReceiver);
  const { traceparent, headers } = await run({
    ...ALL,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_PROPAGATORS: 'tracecontext,b3,b3multi,jaeger',
  });
  const [, traceId, spanId] = traceparent.split('-');
  expect(headers).toMatchObject({
    traceparent,
    b3: `${traceId}-${spanId}-1`,
    'x-b3-traceid': traceId,
    'uber-trace-id': `${traceId}:${spanId}:0:01`,
  });
});

test.each([
  ['is away', async () => 'http://127.0.0.1:9'],
  ['never answers', async () => (await open(startSilentReceiver)).url],
])('a collector that %s keeps no process from ending', async (_what, find) => {
  await run({ ...ALL, ...PATIENT_EXPORTERS, OTEL_EXPORTER_OTLP_ENDPOINT: await find() });
});

interface Point {
  asDouble?: number;
  count?: string | number;
  sum?: number;
  bucketCounts?: (string | number)[];
  explicitBounds?: number[];
}

interface SentSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

function spansOf({ received }: Receiver): SentSpan[] {
  return received.flatMap(({ body }) =>
    scopesOf(body.resourceSpans, 'scopeSpans').flatMap(({ spans }) => spans),
  );
}

function linesOf({ received }: Receiver): object[] {
  return received.flatMap(({ body }) =>
    scopesOf(body.resourceLogs, 'scopeLogs').flatMap(({ logRecords }) => logRecords),
  );
}

/** The points of a metric, one an export. */
function pointsOf({ received }: Receiver, name: string): Point[] {
  return received.flatMap(({ body }) =>
    scopesOf(body.resourceMetrics, 'scopeMetrics')
      .flatMap(({ metrics }) => metrics)
      .filter((metric) => metric.name === name)
      .flatMap(({ sum, histogram }) => (sum ?? histogram).dataPoints),
  );
}

function serviceNames({ received }: Receiver): Set<string> {
  const resources = received.flatMap(({ body }) =>
    [body.resourceSpans, body.resourceMetrics, body.resourceLogs].flatMap((sent) => sent ?? []),
  );
  return new Set(
    resources.map(
      ({ resource }) =>
        resource.attributes.find(({ key }: { key: string }) => key === 'service.name').value.stringValue,
    ),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP's messages, as JSON writes them
function scopesOf(sent: any[] | undefined, scopes: string): any[] {
  return (sent ?? []).flatMap((resource) => resource[scopes]);
}
