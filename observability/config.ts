import { z } from 'zod';

/** Says what the telemetry of one process does. It is built by {@link readTelemetryConfig} and frozen. */
export interface TelemetryConfig {
  /** `service.name` of all that this process exports. */
  readonly serviceName: string;
  /** More resource attributes, e.g. `deployment.environment.name`. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** Spans go to all of these; where there is none, nothing is traced. */
  readonly traces: readonly ExporterName<'traces'>[];
  /** Metrics are sent to these, and can be scraped as well. */
  readonly metrics: readonly ExporterName<'metrics'>[];
  /** Log lines are sent to these, and written to standard output as well. */
  readonly logs: readonly ExporterName<'logs'>[];
  readonly otlp: Readonly<Record<Signal, OtlpTarget>>;
  /** Is the address of Zipkin's API, version 2. */
  readonly zipkinUrl: string;
  /** Is the address of the Datadog agent's OTLP intake over HTTP. */
  readonly datadogUrl: string;
  /** Is the time between two sendings of metrics. */
  readonly metricIntervalMs: number;
  /** Says what metrics count over OTLP: all since the start, or what came since they were last sent. */
  readonly temporality: 'cumulative' | 'delta';
  readonly propagators: readonly PropagatorName[];
  readonly sampler: { readonly name: SamplerName; readonly ratio: number };
}

export type Signal = 'traces' | 'metrics' | 'logs';
export type ExporterName<Of extends Signal> = (typeof EXPORTERS)[Of][number];
export type PropagatorName = (typeof PROPAGATORS)[number];
export type OtlpProtocol = (typeof PROTOCOLS)[number];
export type SamplerName = (typeof SAMPLERS)[number];

/** An OTLP receiver, for one signal. */
export interface OtlpTarget {
  readonly protocol: OtlpProtocol;
  readonly url: string;
}

/** The `OTEL_*` variables that cannot be used, each with its name and what it takes. */
export class TelemetryConfigError extends Error {
  override readonly name = 'TelemetryConfigError';
}

/**
 * Reads the standard `OTEL_*` variables, and `DATADOG_OTLP_ENDPOINT`; an empty variable counts as unset, as the
 * specification asks. Headers, timeouts, compression, batch sizes and span limits (`OTEL_EXPORTER_OTLP_HEADERS`,
 * `OTEL_BSP_*`, ...) are not listed here: the OpenTelemetry packages read those themselves.
 *
 * @returns undefined when nothing is to be exported (the default), and telemetry then costs nothing
 * @throws TelemetryConfigError naming every faulty variable at once
 */
export function readTelemetryConfig(
  environment: NodeJS.ProcessEnv = process.env,
): TelemetryConfig | undefined {
  const parsed = variables.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    throw new TelemetryConfigError(parsed.error.issues.map(describeIssue).join('\n'));
  }
  const values = parsed.data;
  const traces = values.OTEL_TRACES_EXPORTER;
  const metrics = values.OTEL_METRICS_EXPORTER;
  const logs = values.OTEL_LOGS_EXPORTER;
  if (values.OTEL_SDK_DISABLED || traces.length + metrics.length + logs.length === 0) return undefined;

  const target = (signal: Signal): OtlpTarget => {
    const name = signal.toUpperCase() as Uppercase<Signal>;
    const protocol = values[`OTEL_EXPORTER_OTLP_${name}_PROTOCOL`] ?? values.OTEL_EXPORTER_OTLP_PROTOCOL;
    const endpoint = values.OTEL_EXPORTER_OTLP_ENDPOINT ?? DEFAULT_ENDPOINTS[protocol];
    return {
      protocol,
      url: values[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`] ?? signalUrl(protocol, endpoint, signal),
    };
  };
  const { 'service.name': namedByResource, ...resourceAttributes } = values.OTEL_RESOURCE_ATTRIBUTES;
  return deepFreeze({
    serviceName: values.OTEL_SERVICE_NAME ?? namedByResource ?? 'fitme-graph',
    resourceAttributes,
    traces,
    metrics,
    logs,
    otlp: { traces: target('traces'), metrics: target('metrics'), logs: target('logs') },
    zipkinUrl: values.OTEL_EXPORTER_ZIPKIN_ENDPOINT,
    datadogUrl: values.DATADOG_OTLP_ENDPOINT,
    metricIntervalMs: values.OTEL_METRIC_EXPORT_INTERVAL,
    temporality: values.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE,
    propagators: values.OTEL_PROPAGATORS,
    sampler: { name: values.OTEL_TRACES_SAMPLER, ratio: values.OTEL_TRACES_SAMPLER_ARG },
  });
}

const EXPORTERS = {
  traces: ['otlp', 'zipkin', 'datadog', 'console'],
  metrics: ['otlp', 'datadog', 'console'],
  logs: ['otlp', 'datadog', 'console'],
} as const;
const PROPAGATORS = ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger'] as const;
const PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const DEFAULT_ENDPOINTS: Record<OtlpProtocol, string> = {
  grpc: 'http://localhost:4317',
  'http/protobuf': 'http://localhost:4318',
  'http/json': 'http://localhost:4318',
};

const url = z.url({ protocol: /^https?$/, error: 'takes a URL such as http://localhost:4318' });
const ratio = 'takes a ratio between 0 and 1';
const interval = 'takes a whole number of milliseconds, from 10 up';

const variables = z.object({
  OTEL_SDK_DISABLED: z
    .string()
    .optional()
    .transform((value) => value?.toLowerCase() === 'true'),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional().transform(parseResourceAttributes),
  OTEL_TRACES_EXPORTER: listOf(EXPORTERS.traces),
  OTEL_METRICS_EXPORTER: listOf(EXPORTERS.metrics),
  OTEL_LOGS_EXPORTER: listOf(EXPORTERS.logs),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(PROTOCOLS).default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: oneOf(PROTOCOLS).optional(),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: oneOf(PROTOCOLS).optional(),
  OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: oneOf(PROTOCOLS).optional(),
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: oneOf(['cumulative', 'delta']).default('cumulative'),
  OTEL_METRIC_EXPORT_INTERVAL: z.coerce
    .number({ error: interval })
    .int(interval)
    .min(10, interval)
    .default(60_000),
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: url.default('http://localhost:9411/api/v2/spans'),
  DATADOG_OTLP_ENDPOINT: url.default('http://localhost:4318'),
  OTEL_PROPAGATORS: listOf(PROPAGATORS, 'tracecontext,baggage'),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number({ error: ratio }).min(0, ratio).max(1, ratio).default(1),
});

function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, { error: `takes one of ${names.join(', ')}` });
}

/** Names separated by commas, each once; `none` is no name. */
function listOf<const Name extends string>(names: readonly Name[], usual = 'none') {
  return z
    .string()
    .default(usual)
    .transform((list, context): Name[] => {
      const given = list.split(',').map((name) => name.trim());
      const known = names.filter((name) => given.includes(name));
      if (given.some((name) => name !== 'none' && !names.some((other) => other === name)))
        context.addIssue(`takes none, or a comma-separated list of ${names.join(', ')}`);
      return known;
    });
}

function parseResourceAttributes(list: string | undefined, context: z.RefinementCtx): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const pair of list?.split(',') ?? []) {
    const [key, value, ...rest] = pair.split('=');
    if (!key?.trim() || value === undefined || rest.length > 0) {
      context.addIssue('takes a comma-separated list of key=value, with "," and "=" inside percent-encoded');
      return attributes;
    }
    attributes[decodePercent(key.trim())] = decodePercent(value.trim());
  }
  return attributes;
}

/** A stray "%" is kept as it stands: it is no reason to stop a process. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function signalUrl(protocol: OtlpProtocol, endpoint: string, signal: Signal): string {
  return protocol === 'grpc' ? endpoint : otlpHttpUrl(endpoint, signal);
}

/** Returns the address at which a receiver of OTLP over HTTP takes a signal. */
export function otlpHttpUrl(endpoint: string, signal: Signal): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/${signal}`;
}

function deepFreeze<Value extends object>(value: Value): Readonly<Value> {
  for (const inner of Object.values(value)) if (typeof inner === 'object') deepFreeze(inner);
  return Object.freeze(value);
}

function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} ${issue.message}`;
}
