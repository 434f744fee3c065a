import fastify from 'fastify';
import { expect, it } from 'vitest';
import { serveSubgraph } from '#platform/graphql/subgraph.ts';
import { heldBytes } from '#tests/heap.ts';
import { createResolvers } from '../../subgraphs/notifications/graphql/resolvers.ts';

const MIB = 1024 * 1024;
/** Of a document: what it takes as JSON is some 40 kB, and in memory some 150. */
const FIELDS = 250;

it('a subgraph keeps the documents that it gets within some MiB, however many there are', async () => {
  const http = fastify();
  const refused = async () => Promise.reject(new Error('nobody signs in here'));
  const stop = await serveSubgraph(http, {
    domain: 'notifications',
    graph: { resolvers: createResolvers(), createContext: () => ({}) },
    verifier: { verify: refused, verifyHeader: refused },
  });
  let sent = 0;
  const send = async (count: number) => {
    for (const last = sent + count; sent < last; sent += 1) {
      const fields = Array.from({ length: FIELDS }, (_, field) => `a${sent}_${field}: __typename`);
      const query = `{ ${fields.join(' ')} }`;
      const { statusCode } = await http.inject({
        method: 'POST',
        url: '/notifications/graphql',
        payload: { query },
      });
      expect(statusCode).toBe(200);
    }
  };
  await send(150);
  const full = heldBytes();
  await send(300);
  expect(heldBytes() - full).toBeLessThan(5 * MIB);
  await stop();
  await http.close();
});
