import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { untilDrained } from './drained.ts';
import { encodeOnce } from './message.ts';
import type { Connection } from './socket-session.ts';
import { textFrame } from './web-socket-frame.ts';

/** WebSocket connections of a gateway. */
export interface WebSocketDoor {
  /** Open connections. */
  connections(): number;
  /** What was sent that clients have not taken. */
  queuedBytes(): number;
  /** Tells every client to go elsewhere, and waits until they have gone; the rest is dropped at the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export interface WebSocketDoorOptions {
  server: HttpServer;
  path: string;
  session: Server<Connection>;
  maxMessageBytes: number;
  /** The client's address, from behind trusted proxies. */
  addressOf(request: IncomingMessage): string | undefined;
  log: Logger;
}

/** How often a silent client is asked whether it is there, milliseconds; one that does not answer in that time is dropped. */
const PING_MS = 12_000;

/**
 * A client that asks on while more than this waits to be taken by it is dropped, bytes: what is answered to pings and to
 * refused operations waits for nobody, and would fill the memory. One that only takes its time has asked for less.
 */
const MOST_UNTAKEN_BYTES = 32 * 1024 * 1024;

/** Opens the door: takes upgrades on one path of an HTTP server. */
export function openWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  const { server, path, session, maxMessageBytes, addressOf, log } = options;
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
    const connection: Connection = {
      isFree: () => !stream.writableNeedDrain,
      free: (signal) => untilDrained(stream, signal),
      next(id, message) {
        if (socket.readyState !== socket.OPEN) return;
        // ws would make a frame a socket; it keeps nothing back that this could overtake.
        stream.write(encodeOnce(message.socketFrames, id, () => textFrame(nextMessage(id, message.body))));
      },
      close: (code, reason) => socket.close(code, reason),
      signal: closing.signal,
      header: (name) => firstOf(request.headers[name]),
      address: addressOf(request),
      session: null,
    };
    const stopPinging = ping(socket);
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
    socket.on('error', (err) => log.debug({ err }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      stopPinging();
      closing.abort(new DOMException('The client went away.', 'AbortError'));
      closed(code, String(reason)).catch((err: unknown) => log.error({ err }, 'a socket was not cleaned up'));
    });
  }

  server.on('upgrade', upgrade);
  return {
    connections: () => sockets.clients.size,
    queuedBytes: () => [...sockets.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0),
    async close(deadlineMs) {
      server.off('upgrade', upgrade);
      server.on('upgrade', (_request, stream: Duplex) => stream.destroy());
      for (const socket of sockets.clients) socket.close(CLOSE_CODES.goingAway, 'The gateway shuts down.');
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

function ping(socket: WebSocket): () => void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_MS);
  socket.on('pong', () => {
    isAlive = true;
  });
  return () => clearInterval(timer);
}

/** A `next` message of graphql-transport-ws, around a result that is JSON already. */
function nextMessage(id: string, body: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${body}}`;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
