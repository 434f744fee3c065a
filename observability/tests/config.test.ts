import { expect, test } from 'vitest';
import { readTelemetryConfig } from '../config.ts';

test.each([
  {},
  { OTEL_TRACES_EXPORTER: 'none' },
  { OTEL_TRACES_EXPORTER: '' },
  { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
])('telemetry is off with %j', (environment) => {
  expect(readTelemetryConfig(environment)).toBeUndefined();
});

test('the standard variables become one frozen configuration', () => {
  const config = readTelemetryConfig({
    OTEL_TRACES_EXPORTER: 'otlp, console',
    OTEL_RESOURCE_ATTRIBUTES: 'service.name=ignored,deployment.environment.name=prod,team=a%2Cb',
    OTEL_SERVICE_NAME: 'users',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
  });
  expect(config).toEqual({
    serviceName: 'users',
    resourceAttributes: { 'deployment.environment.name': 'prod', team: 'a,b' },
    traces: ['otlp', 'console'],
    metrics: [],
    logs: [],
    otlp: {
      traces: { protocol: 'http/protobuf', url: 'http://collector:4318/v1/traces' },
      metrics: { protocol: 'http/protobuf', url: 'http://collector:4318/v1/metrics' },
      logs: { protocol: 'http/protobuf', url: 'http://collector:4318/v1/logs' },
    },
    zipkinUrl: 'http://localhost:9411/api/v2/spans',
    datadogUrl: 'http://localhost:4318',
    metricIntervalMs: 60_000,
    temporality: 'cumulative',
    propagators: ['tracecontext', 'baggage'],
    sampler: { name: 'parentbased_traceidratio', ratio: 0.01 },
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test.each([
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http://localhost:4317'],
  [
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://tempo:4317' },
    'http://tempo:4317',
  ],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://tempo:4318/own' }, 'http://tempo:4318/own'],
  [{}, 'http://localhost:4318/v1/traces'],
])('with %j traces go to %s', (environment, url) => {
  expect(readTelemetryConfig({ OTEL_TRACES_EXPORTER: 'otlp', ...environment })?.otlp.traces.url).toBe(url);
});

test('all faults are reported together, each with its variable and what it takes', () => {
  const read = () =>
    readTelemetryConfig({
      OTEL_TRACES_EXPORTER: 'carrier-pigeon',
      OTEL_PROPAGATORS: 'xray',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: 'half',
      OTEL_RESOURCE_ATTRIBUTES: 'a=b=c',
    });
  expect(read).toThrow(
    expect.objectContaining({
      name: 'TelemetryConfigError',
      message: [
        'OTEL_RESOURCE_ATTRIBUTES takes a comma-separated list of key=value, with "," and "=" inside percent-encoded',
        'OTEL_TRACES_EXPORTER takes none, or a comma-separated list of otlp, zipkin, datadog, console',
        'OTEL_EXPORTER_OTLP_ENDPOINT takes a URL such as http://localhost:4318',
        'OTEL_EXPORTER_OTLP_PROTOCOL takes one of grpc, http/protobuf, http/json',
        'OTEL_PROPAGATORS takes none, or a comma-separated list of tracecontext, baggage, b3, b3multi, jaeger',
        'OTEL_TRACES_SAMPLER takes one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio',
        'OTEL_TRACES_SAMPLER_ARG takes a ratio between 0 and 1',
      ].join('\n'),
    }),
  );
});
