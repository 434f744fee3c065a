import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import { type Admission, TooManyError } from '../connections/admission.ts';
import { CLOSE_CODES } from '../connections/close-codes.ts';
import { untilDrained } from '../connections/drained.ts';
import type { Heartbeat } from '../connections/heartbeat.ts';
import { overTime } from '../connections/over-time.ts';
import { encodeOnce } from '../delivery/message.ts';
import type { Connection } from './socket-session.ts';
import { textFrame } from './web-socket-frame.ts';

/** WebSocket connections of a gateway. */
export interface WebSocketDoor {
  /** Open connections. */
  connections(): number;
  /** What was sent that clients have not taken. */
  queuedBytes(): number;
  /**
   * Takes no more clients, and sends those that are there elsewhere, one after the other over `spreadMs`. Whoever has not
   * gone `deadlineMs` after that is dropped.
   */
  close(leaving: { spreadMs: number; deadlineMs: number }): Promise<void>;
}

export interface WebSocketDoorOptions {
  server: HttpServer;
  path: string;
  session: Server<Connection>;
  maxMessageBytes: number;
  /** The client's address, from behind trusted proxies. */
  addressOf(request: IncomingMessage): string | undefined;
  admission: Pick<Admission, 'connection'>;
  heartbeat: Heartbeat;
  now(): number;
  log: Logger;
}

/**
 * A client that asks on while more than this waits to be taken by it is dropped, bytes: what is answered to pings and to
 * refused operations waits for nobody, and would fill the memory. One that only takes its time has asked for less.
 */
const MOST_UNTAKEN_BYTES = 32 * 1024 * 1024;

/** Opens the door: takes upgrades on one path of an HTTP server. */
export function openWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  const { server, path, session, maxMessageBytes, addressOf, admission, heartbeat, now, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols,
    perMessageDeflate: false,
  });

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const pathname = URL.parse(request.url ?? '/', 'http://gateway')?.pathname;
    if (pathname !== path) {
      stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    // What lasts as long as the socket is no part of the trace of its opening.
    withoutTrace(() =>
      sockets.handleUpgrade(request, stream, head, (socket) => serve(socket, stream, request)),
    );
  }

  function serve(socket: WebSocket, stream: Duplex, request: IncomingMessage): void {
    const closing = new AbortController();
    const address = addressOf(request);
    let running = 0;
    let idleSince = now();
    const admitted = admission.connection(address ?? null, closing.signal);
    admitted.catch((error: unknown) => {
      if (error instanceof TooManyError) socket.close(error.closeCode, error.message);
      else socket.close(CLOSE_CODES.internalError, 'Something went wrong on our side.');
    });
    const connection: Connection = {
      isFree: () => !stream.writableNeedDrain,
      free: (signal) => untilDrained(stream, signal),
      next(id, message) {
        if (socket.readyState !== socket.OPEN) return;
        // ws would make a frame a socket; it keeps nothing back that this could overtake.
        stream.write(encodeOnce(message.socketFrames, id, () => textFrame(nextMessage(id, message.body))));
      },
      began() {
        running += 1;
        return () => {
          running -= 1;
          idleSince = now();
        };
      },
      close: (code, reason) => socket.close(code, reason),
      signal: closing.signal,
      header: (name) => firstOf(request.headers[name]),
      address,
      admitted,
      session: null,
    };
    const pinging = heartbeat.add({
      ping: () => socket.ping(),
      drop: () => socket.terminate(),
      idleSince: () => (running > 0 ? null : idleSince),
      closeIdle: () => socket.close(CLOSE_CODES.idle, 'Nothing ran over this connection for a while.'),
    });
    const closed = session.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => {
          socket.on('message', (data) => {
            if (socket.bufferedAmount > MOST_UNTAKEN_BYTES) return socket.terminate();
            take(String(data)).catch((err: unknown) => {
              if (closing.signal.aborted) return;
              log.error({ err }, 'a message of a socket was not handled');
              socket.close(CLOSE_CODES.internalError, 'Something went wrong on our side.');
            });
          });
        },
      },
      connection,
    );
    socket.on('pong', pinging.heard);
    socket.on('error', (err) => log.debug({ err }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      pinging.remove();
      closing.abort(new DOMException('The client went away.', 'AbortError'));
      closed(code, String(reason)).catch((err: unknown) => log.error({ err }, 'a socket was not cleaned up'));
    });
  }

  server.on('upgrade', upgrade);
  return {
    connections: () => sockets.clients.size,
    queuedBytes: () => [...sockets.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
    async close({ spreadMs, deadlineMs }) {
      server.off('upgrade', upgrade);
      server.on('upgrade', (_request, stream: Duplex) =>
        stream.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n'),
      );
      await overTime(sockets.clients, spreadMs, {
        signal: new AbortController().signal,
        each: (socket) => socket.close(CLOSE_CODES.goingAway, 'The gateway shuts down.'),
      });
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, deadlineMs);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(timer);
    },
  };
}

/** Resolves when the socket has taken the data, so that a slow client slows down what is made for it. */
function send(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** A `next` message of graphql-transport-ws, around a result that is JSON already. */
function nextMessage(id: string, body: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${body}}`;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
