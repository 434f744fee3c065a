import { WebSocket } from 'ws';

interface SubscriberOptions {
  url: string;
  token: string;
  query: string;
  conversationId: string;
  /** A `next` message of the one subscription, or what else came in its place. */
  onMessage(text: string): void;
  onClose(code: number, reason: string): void;
}

/** Opens a cheap graphql-ws client with one subscription. Resolves when the gateway has read it: it answers a ping that was sent behind it. */
export function subscribe(options: SubscriberOptions): Promise<void> {
  const { url, token, query, conversationId, onMessage, onClose } = options;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  const send = (message: object) => socket.send(JSON.stringify(message));
  socket.on('open', () => send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }));
  socket.on('message', (data) => {
    const text = String(data);
    if (text.startsWith('{"type":"connection_ack"')) {
      send({ id: '1', type: 'subscribe', payload: { query, variables: { id: conversationId } } });
      send({ type: 'ping' });
    } else if (text.startsWith('{"type":"pong"')) resolve();
    else if (text.startsWith('{"type":"ping"')) send({ type: 'pong' });
    else onMessage(text);
  });
  socket.on('error', reject);
  socket.on('close', (code, reason) => onClose(code, String(reason)));
  return promise;
}

/** Does something so many times, some of it at a time. */
export async function severalAtATime(
  times: number,
  atATime: number,
  once: (index: number) => Promise<void>,
): Promise<void> {
  let begun = 0;
  const work = async () => {
    while (begun < times) {
      begun += 1;
      await once(begun - 1);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
}
