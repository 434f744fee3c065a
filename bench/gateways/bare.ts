/**
 * The floor: as much of graphql-transport-ws as the bench's clients need, and the same bytes written to every socket when
 * Redis tells of an event. Nothing is verified, planned, read or completed: `node bare.ts <redis url> <port>`.
 */
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { textFrame } from '../../gateway/live/web-socket/web-socket-connection.ts';

const [, , redisUrl = '', port] = process.argv;
const streams = new Map<string, Set<Duplex>>();
const redis = new Redis(redisUrl);
redis.on('message', (channel, event) => {
  const frame = textFrame(`{"id":"1","type":"next","payload":{"data":{"conversationEvents":${event}}}}`);
  for (const stream of streams.get(channel) ?? []) stream.write(frame);
});

const server = createServer((_request, response) => response.end('{"data":{"__typename":"Query"}}'));
const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-transport-ws' });
server.on('upgrade', (request, stream, head) => {
  sockets.handleUpgrade(request, stream, head, (socket) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as { type: string; payload?: { variables?: { id: string } } };
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}');
      else if (message.type === 'ping') socket.send('{"type":"pong"}');
      else if (message.type === 'subscribe') {
        const channel = `conversation:${message.payload?.variables?.id}`;
        const others = streams.get(channel);
        if (others === undefined) {
          streams.set(channel, new Set([stream]));
          void redis.subscribe(channel);
        } else others.add(stream);
        stream.on('close', () => streams.get(channel)?.delete(stream));
      }
    });
  });
});
server.listen(Number(port), '127.0.0.1');
