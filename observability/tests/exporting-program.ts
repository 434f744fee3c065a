/** Makes one span, one log line and three measurements, tells the span's traceparent, and ends in order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { createOpenTracingTracer } from '../opentracing.ts';
import { shutdownTelemetry } from '../running-telemetry.ts';
import { currentTraceparent, injectTraceContext, withSpan } from '../tracing.ts';

const log = createLogger({ level: 'info', name: 'exporting' });
const metrics = createMetrics({ process: false });

await withSpan('take stock', { attributes: { 'fitme.domain': 'shop' } }, async () => {
  metrics.planned('request');
  metrics.gatewayOperation('TakeStock', 'ok', 0.02);
  // Longer than the interval at which metrics are sent: what follows comes with another export.
  await sleep(150);
  metrics.planned('request');
  metrics.planned('request');
  log.info({ count: 3, detail: 'shelves' }, 'stock was taken');
  const span = createOpenTracingTracer().startSpan('count shelves');
  span.setTag('shelves', 3);
  span.finish();
  const headers = injectTraceContext<Record<string, unknown>>({});
  process.stderr.write(`${JSON.stringify({ traceparent: currentTraceparent(), headers })}\n`);
});
await shutdownTelemetry();
// run-process.ts does the same: exporters may still be trying.
process.exit();
