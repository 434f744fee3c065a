import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import type { Resource } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';

/** Takes the log lines of a process, as the logger wrote them. */
interface LogExport {
  take(line: string): void;
  /** Sends what is still buffered, and stops. */
  shutdown(): Promise<void>;
}

/** Sends log lines to these places: the same message and fields as on standard output, and in the same trace. */
export function startLogExport(exporters: readonly LogRecordExporter[], resource: Resource): LogExport {
  const provider = new LoggerProvider({
    resource,
    processors: exporters.map((exporter) => new BatchLogRecordProcessor({ exporter })),
  });
  const logger = provider.getLogger('fitme');
  return {
    take(line) {
      const { level, time, msg, pid: _pid, hostname: _host, trace_id, span_id, ...fields } = JSON.parse(line);
      logger.emit({
        timestamp: new Date(time),
        severityText: level,
        severityNumber: SEVERITIES[level as keyof typeof SEVERITIES] ?? SeverityNumber.UNSPECIFIED,
        body: msg,
        attributes: fields,
        context:
          trace_id === undefined
            ? ROOT_CONTEXT
            : trace.setSpanContext(ROOT_CONTEXT, {
                traceId: trace_id,
                spanId: span_id,
                traceFlags: TraceFlags.SAMPLED,
              }),
      });
    },
    shutdown: () => provider.shutdown(),
  };
}

const SEVERITIES = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
} as const;
