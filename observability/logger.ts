import { type DestinationStream, type LoggerOptions, pino } from 'pino';
import type { LogFields } from './attributes.ts';
import { createReadableStream } from './readable-log.ts';
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

export interface LogConfig {
  readonly level: NonNullable<LoggerOptions['level']>;
  /** The process's role: gateway, services, ... */
  readonly name: string;
  /** Lines for a developer's eyes instead of JSON. */
  readonly pretty?: boolean | undefined;
}

/**
 * A logger that writes one JSON line a call, with the ids of the current span, and never the value of a secret field.
 *
 * @param destination where lines go; standard output unless told
 */
export function createLogger(config: LogConfig, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: config.level,
    name: config.name,
    mixin: traceFields,
    serializers: { err: describeError },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  const output = destination ?? pino.destination(1);
  return pino(options, config.pretty ? createReadableStream(output) : output);
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

/** Redacted at the top of a line and in whatever object stands at its top (`req`, `input`, `headers`, `err`). */
const SECRET_FIELDS = [
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
  'birthDate',
  'body',
  'variables',
];

const REDACTED_PATHS = SECRET_FIELDS.flatMap((field) => {
  const key = /^\w+$/.test(field) ? `.${field}` : `["${field}"]`;
  return [key.replace(/^\./, ''), `*${key}`, `*.*${key}`];
});
