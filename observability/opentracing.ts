import { trace } from '@opentelemetry/api';
import { TracerShim } from '@opentelemetry/shim-opentracing';

/**
 * A tracer for libraries that are instrumented with OpenTracing (`opentracing.initGlobalTracer`): their spans stand in the
 * trace that is active, and spans of ours may stand below them. Where telemetry is off, it records nothing.
 */
export function createOpenTracingTracer(): TracerShim {
  return new TracerShim(trace.getTracer('opentracing'));
}
