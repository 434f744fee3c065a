import { OTLPLogExporter as OtlpGrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as OtlpJsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as OtlpProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as OtlpGrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as OtlpJsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as OtlpProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as OtlpGrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OtlpJsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OtlpProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { ConsoleLogRecordExporter, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { ConsoleMetricExporter, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { ConsoleSpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import {
  type ExporterName,
  type OtlpProtocol,
  type OtlpTarget,
  otlpHttpUrl,
  type Signal,
  type TelemetryConfig,
} from './config.ts';

/** A place that metrics are sent to, and what they say there. */
export interface MetricTarget {
  readonly exporter: PushMetricExporter;
  readonly temporality: TelemetryConfig['temporality'];
}

/** Sends spans to the place of this name. */
export function createSpanExporter(name: ExporterName<'traces'>, config: TelemetryConfig): SpanExporter {
  if (name === 'console') return new ConsoleSpanExporter();
  if (name === 'zipkin')
    return new ZipkinExporter({ url: config.zipkinUrl, serviceName: config.serviceName });
  return make(TRACES, targetOf(name, 'traces', config));
}

/** Sends metrics to the place of this name. */
export function createMetricTarget(name: ExporterName<'metrics'>, config: TelemetryConfig): MetricTarget {
  const { temporality } = config;
  if (name === 'console') return { exporter: new ConsoleMetricExporter(), temporality };
  const exporter = make(METRICS, targetOf(name, 'metrics', config));
  // Datadog takes a sum for what came since the last one: a cumulative one would only show from its second point on.
  return { exporter, temporality: name === 'datadog' ? 'delta' : temporality };
}

/** Sends log lines to the place of this name. */
export function createLogExporter(name: ExporterName<'logs'>, config: TelemetryConfig): LogRecordExporter {
  return name === 'console' ? new ConsoleLogRecordExporter() : make(LOGS, targetOf(name, 'logs', config));
}

type Makers<Exporter> = Record<OtlpProtocol, (url: string) => Exporter>;

const TRACES: Makers<SpanExporter> = {
  grpc: (url) => new OtlpGrpcTraceExporter({ url }),
  'http/protobuf': (url) => new OtlpProtobufTraceExporter({ url }),
  'http/json': (url) => new OtlpJsonTraceExporter({ url }),
};

const METRICS: Makers<PushMetricExporter> = {
  grpc: (url) => new OtlpGrpcMetricExporter({ url }),
  'http/protobuf': (url) => new OtlpProtobufMetricExporter({ url }),
  'http/json': (url) => new OtlpJsonMetricExporter({ url }),
};

const LOGS: Makers<LogRecordExporter> = {
  grpc: (url) => new OtlpGrpcLogExporter({ url }),
  'http/protobuf': (url) => new OtlpProtobufLogExporter({ url }),
  'http/json': (url) => new OtlpJsonLogExporter({ url }),
};

function make<Exporter>(makers: Makers<Exporter>, { protocol, url }: OtlpTarget): Exporter {
  return makers[protocol](url);
}

function targetOf(name: 'otlp' | 'datadog', signal: Signal, config: TelemetryConfig): OtlpTarget {
  if (name === 'otlp') return config.otlp[signal];
  return { protocol: 'http/protobuf', url: otlpHttpUrl(config.datadogUrl, signal) };
}
