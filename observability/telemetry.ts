import { type Context, context, propagation, TraceFlags, trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { GraphQLInstrumentation } from '@opentelemetry/instrumentation-graphql';
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation, type UndiciRequest } from '@opentelemetry/instrumentation-undici';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  SimpleSpanProcessor,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { PrismaInstrumentation } from '@prisma/instrumentation';
import type { ExporterName, SamplerName, TelemetryConfig } from './config.ts';
import { createLogExporter, createMetricTarget, createSpanExporter } from './exporters.ts';
import { startLogExport } from './log-export.ts';
import { startMetricExport } from './metric-export.ts';
import { createPropagator } from './propagation.ts';
import type { Telemetry } from './running-telemetry.ts';
import { scrub } from './scrub.ts';

/**
 * Starts telemetry in this process. Call it before the program's own modules load (register.ts does), or what they
 * import is not instrumented.
 */
export function startTelemetry(config: TelemetryConfig): Telemetry {
  const resource = defaultResource().merge(
    resourceFromAttributes({ ...config.resourceAttributes, [ATTR_SERVICE_NAME]: config.serviceName }),
  );
  // Carried on where this process records nothing itself.
  propagation.setGlobalPropagator(createPropagator(config.propagators));
  const closing: (() => Promise<void>)[] = [];
  if (config.traces.length > 0) closing.push(startTracing(config, resource));
  const logs =
    config.logs.length === 0
      ? undefined
      : startLogExport(
          config.logs.map((name) => createLogExporter(name, config)),
          resource,
        );
  if (logs) closing.push(() => logs.shutdown());
  const { metrics, metricIntervalMs: intervalMs } = config;
  return {
    shutdown: (deadlineMs) => settleWithin(Promise.all(closing.map((close) => close())), deadlineMs),
    ...(logs && { exportLog: (line) => logs.take(line) }),
    ...(metrics.length > 0 && {
      exportMetrics(read) {
        const targets = metrics.map((name) => createMetricTarget(name, config));
        const sending = startMetricExport({ read, targets, resource, intervalMs });
        closing.push(() => sending.shutdown());
      },
    }),
  };
}

/** @returns stops it */
function startTracing(config: TelemetryConfig, resource: Resource): () => Promise<void> {
  registerInstrumentations({ instrumentations: createInstrumentations() });
  const provider = new NodeTracerProvider({
    resource,
    sampler: withoutNoise(SAMPLERS[config.sampler.name](config.sampler.ratio)),
    spanProcessors: [createScrubber(), ...config.traces.map((name) => createProcessor(name, config))],
  });
  provider.register({ propagator: null });
  return async () => {
    await provider.shutdown();
    // Whatever starts telemetry in this process again begins with nothing.
    for (const global of [trace, context, propagation]) global.disable();
  };
}

function createInstrumentations() {
  return [
    // server-requests.ts traces requests that come in.
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
    // Its statements are pg's spans.
    new PrismaInstrumentation({ ignoreSpanTypes: ['prisma:client:db_query'] }),
    // The command's name only: keys and values carry ids, tokens and addresses.
    new IORedisInstrumentation({ requireParentSpan: true, dbStatementSerializer: (command) => command }),
  ];
}

/**
 * Returns whether a request belongs to no trace, or to one that nobody records: then it only carries the trace on. The instrumentation
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
 * names, and "Watch" may be one of ours), and schemas that are parsed, or rows that are looked
 * for, outside any request.
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
  if (/^(graphql\.|prisma:)/.test(spanName)) return trace.getSpanContext(parent) === undefined;
  return /^grpc\.grpc\.(health|reflection)\./.test(spanName);
}

function createProcessor(name: ExporterName<'traces'>, config: TelemetryConfig): SpanProcessor {
  const exporter = createSpanExporter(name, config);
  return name === 'console' ? new SimpleSpanProcessor(exporter) : new BatchSpanProcessor(exporter);
}

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

async function settleWithin(work: Promise<unknown>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  await Promise.race([work.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
