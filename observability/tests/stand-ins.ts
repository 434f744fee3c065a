import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that answers just enough of a protocol for a client library to make its calls, and so its spans. */
export interface StandIn {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers every Redis command with OK; on a busy machine several come in one packet. */
export function startRedisStandIn(): Promise<StandIn> {
  return listen((socket) =>
    socket.on('data', (data) => {
      for (const _ of data.toString('latin1').matchAll(/^\*\d+\r$/gm)) socket.write('+OK\r\n');
    }),
  );
}

/**
 * Accepts every PostgreSQL connection and answers every statement with no rows, but one that casts to uuid with the
 * error that quotes its value, as PostgreSQL does.
 */
export function startPostgresStandIn(): Promise<StandIn> {
  return listen((socket) => {
    let started = false;
    let failed = false;
    socket.on('data', (data) => {
      if (!started) {
        started = true;
        socket.write(Buffer.concat([message('R', [0, 0, 0, 0]), message('Z', 'I')]));
        return;
      }
      for (const { type, body } of messagesIn(data)) {
        failed = type !== 'S' && (failed || body.includes('::uuid'));
        const answer =
          failed && type === 'P' ? message('E', INVALID_UUID) : (!failed && ANSWERS[type]) || undefined;
        if (answer) socket.write(answer);
      }
    });
  });
}

const INVALID_UUID = ['SERROR', 'C22P02', 'Minvalid input syntax for type uuid: "hunter2"', '', ''].join(
  '\0',
);

/** Answers by the type of the client's message: Parse, Bind, Describe, Execute, Sync, Query. */
const ANSWERS: Record<string, Buffer> = {
  P: message('1'),
  B: message('2'),
  D: message('n'),
  E: message('C', 'SELECT 0\0'),
  S: message('Z', 'I'),
  Q: Buffer.concat([message('C', 'SELECT 0\0'), message('Z', 'I')]),
};

function* messagesIn(data: Buffer) {
  for (let at = 0; at + 5 <= data.length; at += 1 + data.readInt32BE(at + 1)) {
    const end = at + 1 + data.readInt32BE(at + 1);
    yield { type: data.toString('latin1', at, at + 1), body: data.toString('latin1', at + 5, end) };
  }
}

function message(type: string, payload: string | readonly number[] = []): Buffer {
  const body = Buffer.from(payload as string);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

async function listen(onConnection: (socket: Socket) => void): Promise<StandIn> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
