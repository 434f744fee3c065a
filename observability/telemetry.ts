import { type Context, context, propagation, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as OtlpGrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation, type UndiciRequest } from '@opentelemetry/instrumentation-undici';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { OtlpProtocol, SamplerName, TelemetryConfig, TraceExporterName } from './config.ts';
import { scrub } from './scrub.ts';
import type { Telemetry } from './shutdown.ts';

/**
 * Starts tracing in this process. Call it before the program's own modules load (register.ts does), or what they
 * import is not instrumented. The only file that knows the OpenTelemetry SDK.
 */
export function startTelemetry(config: TelemetryConfig): Telemetry {
  registerInstrumentations({ instrumentations: createInstrumentations() });
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ ...config.resourceAttributes, [ATTR_SERVICE_NAME]: config.serviceName }),
    ),
    sampler: withoutNoise(SAMPLERS[config.sampler.name](config.sampler.ratio)),
    spanProcessors: [createScrubber(), ...config.exporters.map((name) => createProcessor(name, config.otlp))],
  });
  provider.register();
  return { shutdown: (deadlineMs) => settleWithin(provider.shutdown(), deadlineMs) };
}

function createInstrumentations() {
  return [
    // What comes in is traced by server-requests.ts.
    new HttpInstrumentation({ disableIncomingRequestInstrumentation: true }),
    new UndiciInstrumentation({ requireParentforSpans: true, ignoreRequestHook: isUnrecorded }),
    new GrpcInstrumentation(),
    // A span a resolver is ruinous: a page of 20 conversations would make hundreds.
    new GraphQLInstrumentation({
      ignoreResolveSpans: true,
      ignoreTrivialResolveSpans: true,
      allowValues: false,
    }),
    // Polling (relays, sweeps, heads) runs outside any trace and must not make a root span a turn.
    new PgInstrumentation({
      requireParentSpan: true,
      ignoreConnectSpans: true,
      enhancedDatabaseReporting: false,
    }),
    // The command's name only: keys and values carry ids, tokens and addresses.
    new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
  ];
}

/**
 * Whether a request belongs to no trace, or to one that nobody records: then it only carries the trace on. The instrumentation
 * would read its URL and headers first.
 */
function isUnrecorded(request: UndiciRequest & { addHeader?(name: string, value: string): void }): boolean {
  const current = trace.getSpanContext(context.active());
  if (current !== undefined && (current.traceFlags & TraceFlags.SAMPLED) !== 0) return false;
  if (current !== undefined)
    propagation.inject(context.active(), request, { set: (to, name, value) => to.addHeader?.(name, value) });
  return true;
}

const SAMPLERS: Record<SamplerName, (ratio: number) => Sampler> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};

/**
 * Leaves out what tells nothing: gRPC's health and reflection services (instrumentation-grpc can only ignore bare method
 * names, and "Watch" may be one of ours), and schemas or supergraphs that are parsed outside any request.
 */
function withoutNoise(sampler: Sampler): Sampler {
  return {
    shouldSample: (parent, traceId, name, kind, attributes, links) =>
      isNoise(name, parent)
        ? { decision: SamplingDecision.NOT_RECORD }
        : sampler.shouldSample(parent, traceId, name, kind, attributes, links),
    toString: () => `WithoutNoise{${sampler.toString()}}`,
  };
}

function isNoise(spanName: string, parent: Context): boolean {
  if (spanName.startsWith('graphql.')) return trace.getSpanContext(parent) === undefined;
  return /^grpc\.grpc\.(health|reflection)\./.test(spanName);
}

function createProcessor(name: TraceExporterName, otlp: TelemetryConfig['otlp']): SpanProcessor {
  if (name === 'console') return new SimpleSpanProcessor(new ConsoleSpanExporter());
  return new BatchSpanProcessor(OTLP_EXPORTERS[otlp.protocol](otlp.url));
}

const OTLP_EXPORTERS: Record<OtlpProtocol, (url: string) => SpanExporter> = {
  grpc: (url) => new OtlpGrpcExporter({ url }),
  'http/protobuf': (url) => new OtlpProtobufExporter({ url }),
  'http/json': (url) => new OtlpJsonExporter({ url }),
};

/** Works in `onEnding`, which all processors see before any of them exports. */
function createScrubber(): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnding: scrub,
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

async function settleWithin(work: Promise<void>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([work.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
