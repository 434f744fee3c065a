import type { ServerResponse } from 'node:http';
import { withoutTrace } from '#observability/tracing.ts';
import { untilDrained } from '../connections/drained.ts';
import { COMMENT } from './event-stream-frames.ts';

/** A response of server-sent events that goes on, to one client. */
export interface EventStream {
  /** Aborts when it is over, by whomever. */
  signal: AbortSignal;
  isFree(): boolean;
  free(signal: AbortSignal): Promise<void>;
  write(frame: Buffer): void;
  /** What the client has not taken yet, bytes. */
  queuedBytes(): number;
  /** Ends it behind what was written. Further calls do nothing. */
  end(): void;
  /** Ends it at once. */
  drop(): void;
}

/**
 * Begins the response. A comment every `keepAliveMs` keeps proxies from closing a silent stream; a client that has not
 * taken one when the next is due is dropped.
 */
export function openEventStream(
  response: ServerResponse,
  headers: Record<string, string | string[] | number | undefined>,
  keepAliveMs: number,
): EventStream {
  const closing = new AbortController();
  let isTaken = true;
  response.writeHead(200, { ...definedOf(headers), ...HEADERS });
  response.flushHeaders();
  const timer = withoutTrace(() =>
    setInterval(() => {
      if (!isTaken) return response.destroy();
      isTaken = false;
      response.write(COMMENT, () => {
        isTaken = true;
      });
    }, keepAliveMs),
  );
  const close = () => {
    clearInterval(timer);
    closing.abort(new DOMException('The client went away.', 'AbortError'));
  };
  if (response.closed || response.destroyed) close();
  else response.once('close', close);
  return {
    signal: closing.signal,
    isFree: () => !response.writableNeedDrain,
    free: (signal) => untilDrained(response, signal),
    write(frame) {
      if (!response.writableEnded && !response.destroyed) response.write(frame);
    },
    queuedBytes: () => response.writableLength,
    end() {
      if (!response.writableEnded) response.end();
    },
    drop: () => void response.destroy(),
  };
}

/** Whoever compresses or buffers on the way would hold events back. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

function definedOf(headers: Record<string, string | string[] | number | undefined>) {
  return Object.fromEntries(
    Object.entries(headers).filter(
      (header): header is [string, string | string[] | number] => header[1] !== undefined,
    ),
  );
}
