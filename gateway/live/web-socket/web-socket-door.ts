import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { handleProtocols, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import type { Admission } from '../connections/admission.ts';
import { CLOSE_CODES } from '../connections/close-codes.ts';
import type { Heartbeat } from '../connections/heartbeat.ts';
import { overTime } from '../connections/over-time.ts';
import type { Connection } from './socket-session.ts';
import { WebSocketConnection } from './web-socket-connection.ts';

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
  /** Addresses or networks whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
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
  const { server, path, session, maxMessageBytes, admission, heartbeat, now, log } = options;
  const addressOf = clientAddressReader(options.trustedProxies);
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
    const address = addressOf(request);
    const connection = new WebSocketConnection({ socket, stream, request, address, admission, now });
    const pinging = heartbeat.add({
      ping: () => socket.ping(),
      drop: () => socket.terminate(),
      idleSince: () => connection.idleSince(),
      closeIdle: () => socket.close(CLOSE_CODES.idle, 'Nothing ran over this connection for a while.'),
    });
    const closed = session.opened(
      {
        protocol: socket.protocol,
        send: (data) => connection.send(data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => {
          socket.on('message', (data) => {
            if (socket.bufferedAmount > MOST_UNTAKEN_BYTES) return socket.terminate();
            take(String(data)).catch((err: unknown) => {
              if (connection.signal.aborted) return;
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
      connection.closed();
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

/**
 * Reads the client's address of an upgrade, which Fastify does not see: the last one in X-Forwarded-For that is not a
 * trusted proxy, where the connection itself comes from one.
 *
 * @param trustedProxies addresses or, with a prefix length, networks
 */
function clientAddressReader(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string | undefined {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [address = '', prefix] = proxy.split('/');
    if (isIP(address) === 0) continue;
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return ({ socket, headers }) => {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    const hops = [...forwarded, socket.remoteAddress ?? '']
      .map((hop) => hop.trim())
      .filter((hop) => isIP(hop) !== 0);
    return hops.findLast((hop, index) => index === 0 || !isTrusted(hop));
  };
}
