import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a subgraph and lets requests through when it is told to. */
export interface Gate {
  url: string;
  /** From now on, requests wait. */
  shut(): void;
  /** Those that wait go on, and so do all others. */
  open(): void;
  waiting(): number;
  /** Requests that were given up while they waited. */
  abandoned(): number;
  close(): Promise<void>;
}

/** Puts a gate before a subgraph. */
export async function startGate(subgraph: string): Promise<Gate> {
  let isShut = false;
  let abandoned = 0;
  const waiting = new Set<() => void>();

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, headers } = incoming;
    const onward = request(subgraph, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }

  const server = createServer((incoming, outgoing) => {
    if (!isShut) {
      pass(incoming, outgoing);
      return;
    }
    const go = () => pass(incoming, outgoing);
    waiting.add(go);
    outgoing.once('close', () => {
      if (waiting.delete(go)) abandoned += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    shut() {
      isShut = true;
    },
    open() {
      isShut = false;
      const held = [...waiting];
      waiting.clear();
      for (const go of held) go();
    },
    waiting: () => waiting.size,
    abandoned: () => abandoned,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
