import type { ServerResponse } from 'node:http';
import { withoutTrace } from '#observability/tracing.ts';
import { untilDrained } from '../connections/drained.ts';
import type { LiveMessage } from '../delivery/message.ts';

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

/** Keeps a stream from looking dead; clients pass it over. */
const COMMENT: Buffer = Buffer.from(':\n\n');

/** A result of the one operation of a stream; its cursor is where a client that lost the stream resumes. */
export function nextFrame({ body, cursor }: LiveMessage): Buffer {
  const id = cursor === null ? '' : `id: ${cursor}\n`;
  return Buffer.from(`${id}event: next\ndata: ${oneLine(body)}\n\n`);
}

/** The operation of a stream is over. The empty data makes browsers pass it on. */
export const COMPLETE_FRAME: Buffer = Buffer.from('event: complete\ndata:\n\n');

/** A result of one of several operations of a stream. */
export function nextFrameOf(operationId: string, { body }: LiveMessage): Buffer {
  const id = JSON.stringify(operationId);
  return Buffer.from(`event: next\ndata: {"id":${id},"payload":${oneLine(body)}}\n\n`);
}

/** One of several operations of a stream is over. */
export function completeFrameOf(operationId: string): Buffer {
  return Buffer.from(`event: complete\ndata: ${JSON.stringify({ id: operationId })}\n\n`);
}

/** Line breaks outside of JSON's strings are space, and in them they are escaped; in an event they would end the data. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]+/g, ' ') : json;
}
