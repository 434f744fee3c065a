/** Many graphql-ws subscribers in one process, cheap ones: run by live/fleet.ts. */
import { WebSocket } from 'ws';
import type { FromClients, Open, ToClients } from './messages.ts';

/** Sockets that are being opened at a time. */
const OPENING = 32;
/** How long arrivals of an event are collected before they are told, milliseconds. */
const COLLECT_MS = 20;
const CURSOR = /"cursor":"([^"]+)"/;

const arrivals = new Map<string, { sockets: number; at: number }>();

process.on('message', ({ open }: ToClients) => {
  openAll(open).then(
    () => say({ opened: true }),
    (error: unknown) => say({ fault: String(error) }),
  );
});

async function openAll(open: Open): Promise<void> {
  let opened = 0;
  const opener = async () => {
    while (opened < open.sockets) {
      opened += 1;
      await openOne(open, open.tokens[opened % open.tokens.length] ?? '');
    }
  };
  await Promise.all(Array.from({ length: OPENING }, opener));
}

/** Resolves when the gateway has read the subscription: it answers a ping that was sent behind it. */
function openOne({ url, query, conversationId }: Open, token: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  const send = (message: object) => socket.send(JSON.stringify(message));
  let last = '';
  socket.on('open', () => send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }));
  socket.on('message', (data) => {
    const text = String(data);
    if (text.startsWith('{"type":"connection_ack"')) {
      send({ id: '1', type: 'subscribe', payload: { query, variables: { id: conversationId } } });
      send({ type: 'ping' });
    } else if (text.startsWith('{"type":"pong"')) resolve();
    else if (text.startsWith('{"type":"ping"')) send({ type: 'pong' });
    else last = take(text, last);
  });
  socket.on('error', reject);
  socket.on('close', (code, reason) => say({ fault: `A socket was closed: ${code} ${reason}` }));
  return promise;
}

/** Answers the cursor of the event. */
function take(text: string, last: string): string {
  const cursor = CURSOR.exec(text)?.[1];
  if (cursor === undefined || text.includes('"errors"')) {
    say({ fault: text.slice(0, 300) });
    return last;
  }
  if (cursor === last) say({ fault: `An event came twice: ${cursor}` });
  const arrival = arrivals.get(cursor);
  if (arrival === undefined) {
    arrivals.set(cursor, { sockets: 1, at: Date.now() });
    setTimeout(tell, COLLECT_MS, cursor);
  } else {
    arrival.sockets += 1;
    arrival.at = Date.now();
  }
  return cursor;
}

/** Says how many sockets got the event since it was told last. */
function tell(cursor: string): void {
  const arrival = arrivals.get(cursor);
  arrivals.delete(cursor);
  if (arrival !== undefined) say({ cursor, ...arrival });
}

function say(message: FromClients): void {
  process.send?.(message);
}
