import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Admission, TooManyError } from '../connections/admission.ts';
import { CLOSE_CODES } from '../connections/close-codes.ts';
import { untilDrained } from '../connections/drained.ts';
import type { Session } from '../connections/sessions.ts';
import { encodeOnce, type LiveMessage } from '../delivery/message.ts';
import type { Connection } from './socket-session.ts';

export interface WebSocketConnectionOptions {
  socket: WebSocket;
  /** What the socket writes to. */
  stream: Duplex;
  /** The upgrade. */
  request: IncomingMessage;
  /** The client's address, from behind trusted proxies. */
  address: string | undefined;
  admission: Pick<Admission, 'connection'>;
  now(): number;
}

/** A connection that a WebSocket carries. It asks for a place as soon as it is made. */
export class WebSocketConnection implements Connection {
  readonly address: string | undefined;
  readonly admitted: Promise<void>;
  session: Session | null = null;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #request: IncomingMessage;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  #running = 0;
  #idleSince: number;

  constructor({ socket, stream, request, address, admission, now }: WebSocketConnectionOptions) {
    this.#socket = socket;
    this.#stream = stream;
    this.#request = request;
    this.#now = now;
    this.#idleSince = now();
    this.address = address;
    this.admitted = admission.connection(address ?? null, this.signal);
    this.admitted.catch((error: unknown) => {
      if (error instanceof TooManyError) this.close(error.closeCode, error.message);
      else this.close(CLOSE_CODES.internalError, 'Something went wrong on our side.');
    });
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  isFree(): boolean {
    return !this.#stream.writableNeedDrain;
  }

  free(signal: AbortSignal): Promise<void> {
    return untilDrained(this.#stream, signal);
  }

  next(id: string, message: LiveMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    // ws would make a frame a socket; it keeps nothing back that this could overtake.
    this.#stream.write(encodeOnce(message.socketFrames, id, () => textFrame(nextMessage(id, message.body))));
  }

  began(): () => void {
    this.#running += 1;
    return () => {
      this.#running -= 1;
      this.#idleSince = this.#now();
    };
  }

  /** Since when nothing runs over it, milliseconds since 1970; null while something does. */
  idleSince(): number | null {
    return this.#running > 0 ? null : this.#idleSince;
  }

  /** Resolves when the socket has taken the data, so that a slow client slows down what is made for it. */
  send(data: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== this.#socket.OPEN) return resolve();
      this.#socket.send(data, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** The socket is closed: all that runs over it ends. */
  closed(): void {
    this.#closing.abort(new DOMException('The client went away.', 'AbortError'));
  }
}

/** A `next` message of graphql-transport-ws, around a result that is JSON already. */
function nextMessage(id: string, body: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${body}}`;
}

const FINAL_TEXT = 0x81;
const LONGEST_TINY = 125;
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;

/**
 * A whole text message as one frame of RFC 6455 (section 5.2). What a server sends is not masked, so that the same bytes
 * serve every client.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length <= LONGEST_TINY ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = FINAL_TEXT;
  if (headerLength === 2) frame[1] = length;
  else if (headerLength === 4) {
    frame[1] = LENGTH_OF_16_BITS;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_OF_64_BITS;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
}
