import { type DestinationStream, type LoggerOptions, pino } from 'pino';
import type { LogFields } from './attributes.ts';
import { createReadableStream } from './readable-log.ts';
import { runningTelemetry } from './running-telemetry.ts';
import { currentTraceIds } from './tracing.ts';

/** Writes lines: a fixed message in lower case, and declared fields alone, which pino by itself would not hold us to. */
export interface Logger {
  debug: WriteLine;
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
  /** A logger whose lines carry these fields too. */
  child(fields: LogFields): Logger;
}

interface WriteLine {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

interface LogConfig {
  readonly level: NonNullable<LoggerOptions['level']>;
  /** The process's role: gateway, services, ... */
  readonly name: string;
  /** Lines for a developer's eyes instead of JSON. */
  readonly pretty?: boolean | undefined;
}

/**
 * A logger that writes one JSON line a call, with the ids of the current span, and never the value of a secret field.
 *
 * @param destination where lines go; standard output by default
 */
export function createLogger(config: LogConfig, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: config.level,
    name: config.name,
    mixin: traceFields,
    serializers: { err: describeError },
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => withoutSecrets(fields, DEEPEST),
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  const output = destination ?? pino.destination(config.pretty ? { fd: 1 } : { fd: 1, ...BUFFERED });
  const logger = pino(options, alsoExported(config.pretty ? createReadableStream(output) : output));
  const { child } = logger;
  return Object.assign(logger, {
    // A formatter of lines does not see these.
    child(this: typeof logger, fields: LogFields): Logger {
      return child.call(this, withoutSecrets(fields, DEEPEST));
    },
  });
}

/** The same lines go to where telemetry sends them, if it does. */
function alsoExported(shown: DestinationStream): DestinationStream {
  const exportLog = runningTelemetry()?.exportLog;
  if (exportLog === undefined) return shown;
  return {
    write(line) {
      shown.write(line);
      exportLog(line);
    },
  };
}

function traceFields(): object {
  const ids = currentTraceIds();
  return ids === undefined ? {} : { trace_id: ids.traceId, span_id: ids.spanId };
}

/** Nothing but what is listed: drivers hang rows and parameters on their errors (`detail`, `meta`, `parameters`). */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}

/**
 * A write for every line costs more than the line. What is buffered is written before the process ends, but for a signal
 * that nobody handles.
 */
const BUFFERED = { sync: false, minLength: 4_096, periodicFlush: 100 };

/** Secrets are looked for down to this depth of a line. */
const DEEPEST = 3;

const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'idempotencyKey',
  'email',
  'bornOn',
  'body',
  'variables',
]);

/** The fields with their secrets redacted. Pino's own redaction takes 25 µs a line for as many paths; this, less than one. */
function withoutSecrets(fields: object, depth: number): Record<string, unknown> {
  let clean: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(fields)) {
    const kept = SECRET_FIELDS.has(key) ? '[redacted]' : withoutInnerSecrets(value, depth - 1);
    if (kept === value) continue;
    clean ??= { ...fields };
    clean[key] = kept;
  }
  return clean ?? (fields as Record<string, unknown>);
}

function withoutInnerSecrets(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return withoutSecrets(value, depth);
  const items = value.map((item) => withoutInnerSecrets(item, depth - 1));
  return items.every((item, index) => item === value[index]) ? value : items;
}
