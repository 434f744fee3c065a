import type { DestinationStream } from 'pino';

/**
 * Turns pino's JSON lines into lines for a developer's terminal:
 * `12:01:02.345 INFO  gateway  request completed  operation=Inbox durationMs=12`, the error's stack below. The trace id is
 * shortened to its first 8 digits; `pid` and `hostname` are left out.
 */
export function createReadableStream(output: DestinationStream): DestinationStream {
  return { write: (line) => output.write(toReadable(line)) };
}

function toReadable(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line);
  } catch {
    return line;
  }
  const {
    level,
    time,
    name,
    msg,
    pid: _pid,
    hostname: _host,
    span_id: _span,
    trace_id: traceId,
    err,
    ...fields
  } = record;
  const clock = String(time).slice(11, 23);
  const details = Object.entries(fields).map(([key, value]) => `${key}=${format(value)}`);
  if (typeof traceId === 'string') details.push(`trace=${traceId.slice(0, 8)}`);
  const head = `${clock} ${String(level).toUpperCase().padEnd(5)} ${name}  ${msg ?? ''}`;
  return `${[head, ...details].join('  ')}${formatError(err)}\n`;
}

function format(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}

function formatError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const text = 'stack' in error ? String(error.stack) : JSON.stringify(error);
  return `\n${text.replace(/^/gm, '    ')}`;
}
