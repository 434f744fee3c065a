import { z } from 'zod';

/** What the telemetry of one process does. Built by {@link readTelemetryConfig}; frozen. */
export interface TelemetryConfig {
  /** `service.name` of every span that this process exports. */
  readonly serviceName: string;
  /** More resource attributes, e.g. `deployment.environment.name`. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** At least one; several may run at once. */
  readonly exporters: readonly TraceExporterName[];
  readonly otlp: { readonly protocol: OtlpProtocol; readonly url: string };
  readonly sampler: { readonly name: SamplerName; readonly ratio: number };
}

export type TraceExporterName = (typeof EXPORTERS)[number];
export type OtlpProtocol = (typeof PROTOCOLS)[number];
export type SamplerName = (typeof SAMPLERS)[number];

/** The `OTEL_*` variables that cannot be used, each with its name and what it takes. */
export class TelemetryConfigError extends Error {
  override readonly name = 'TelemetryConfigError';
}

/**
 * Reads the standard `OTEL_*` variables; an empty variable counts as unset, as the specification asks.
 * Headers, timeouts, compression, batch sizes and span limits (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_*`, ...)
 * are not listed here: the OpenTelemetry packages read those themselves.
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
  if (values.OTEL_SDK_DISABLED || values.OTEL_TRACES_EXPORTER.length === 0) return undefined;

  const protocol = values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL;
  const { 'service.name': namedByResource, ...resourceAttributes } = values.OTEL_RESOURCE_ATTRIBUTES;
  return Object.freeze({
    serviceName: values.OTEL_SERVICE_NAME ?? namedByResource ?? 'fitme-graph',
    resourceAttributes: Object.freeze(resourceAttributes),
    exporters: Object.freeze(values.OTEL_TRACES_EXPORTER),
    otlp: Object.freeze({
      protocol,
      url:
        values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ??
        tracesUrl(protocol, values.OTEL_EXPORTER_OTLP_ENDPOINT ?? DEFAULT_ENDPOINTS[protocol]),
    }),
    sampler: Object.freeze({ name: values.OTEL_TRACES_SAMPLER, ratio: values.OTEL_TRACES_SAMPLER_ARG }),
  });
}

const EXPORTERS = ['otlp', 'console'] as const;
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

const variables = z.object({
  OTEL_SDK_DISABLED: z
    .string()
    .optional()
    .transform((value) => value?.toLowerCase() === 'true'),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional().transform(parseResourceAttributes),
  OTEL_TRACES_EXPORTER: z.string().default('none').transform(parseExporters),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(PROTOCOLS).default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: oneOf(PROTOCOLS).optional(),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'takes a ratio between 0 and 1' })
    .min(0, 'takes a ratio between 0 and 1')
    .max(1, 'takes a ratio between 0 and 1')
    .default(1),
});

function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, { error: `takes one of ${names.join(', ')}` });
}

function parseExporters(list: string, context: z.RefinementCtx): TraceExporterName[] {
  const names = list.split(',').map((name) => name.trim());
  const known = EXPORTERS.filter((exporter) => names.includes(exporter));
  const unknown = names.filter((name) => name !== 'none' && !known.some((exporter) => exporter === name));
  if (unknown.length > 0)
    context.addIssue(`takes none, or a comma-separated list of ${EXPORTERS.join(', ')}`);
  return known;
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

function tracesUrl(protocol: OtlpProtocol, endpoint: string): string {
  return protocol === 'grpc' ? endpoint : `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} ${issue.message}`;
}
