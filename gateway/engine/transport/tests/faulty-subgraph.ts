import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request, or does not. */
export type Answering = (response: ServerResponse, request: IncomingMessage) => unknown;

/** An HTTP server that does to its clients what subgraphs do on bad days. */
export interface FaultySubgraph {
  url: string;
  port: number;
  /** What it does from now on. */
  answering: Answering;
  /** Bodies that arrived, in order. */
  bodies: string[];
  /** Requests whose connection the client closed before they were answered. */
  abandoned: number;
  /** Ends the process, as far as a client can tell. */
  die(): Promise<void>;
  /** Comes back at the same address. */
  revive(): Promise<void>;
}

/** Starts one on a free port; it answers well until told otherwise. */
export async function startFaultySubgraph(): Promise<FaultySubgraph> {
  const subgraph: FaultySubgraph = {
    url: '',
    port: 0,
    answering: well,
    bodies: [],
    abandoned: 0,
    die: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    revive: async () => {
      server.listen(subgraph.port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
  const server = createServer(async (request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) subgraph.abandoned += 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    subgraph.bodies.push(Buffer.concat(chunks).toString());
    subgraph.answering(response, request);
  });
  await subgraph.revive();
  subgraph.port = (server.address() as AddressInfo).port;
  subgraph.url = `http://127.0.0.1:${subgraph.port}/graphql`;
  return subgraph;
}

export const DATA = { thing: 'here' };

export const well: Answering = (response) => answer(response, 200, { data: DATA });
/** The operation failed, the subgraph did not. */
export const graphqlError: Answering = (response) =>
  answer(response, 200, { data: null, errors: [{ message: 'No.', extensions: { code: 'NOT_FOUND' } }] });
export const hang: Answering = () => {};
export const garbage: Answering = (response) => response.end('<html>What?</html>');
export const reset: Answering = (response) => response.socket?.resetAndDestroy();
export const halfABody: Answering = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"data":{"thi', () => response.socket?.destroy());
};
/** One byte at a time, and never the last. */
export const drip: Answering = (response) => {
  const timer = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(timer));
};
export const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    response.writeHead(code, headers).end('upstream connect error');

/** One after the other; the last one stays. */
export function inTurn(...turns: readonly Answering[]): Answering {
  let turn = 0;
  return (response, request) => turns[Math.min(turn++, turns.length - 1)]?.(response, request);
}

function answer(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
