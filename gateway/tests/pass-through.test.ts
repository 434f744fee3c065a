import { EventEmitter, on } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';
import { type SubscribingSubgraph, serveSubscribingSubgraph } from '#tests/fixtures/subscribing-subgraph.ts';
import { unhurriedGateway } from '#tests/patience.ts';
import { readGatewayConfig } from '../config/config.ts';
import { createGateway, type Gateway } from '../server.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible"])`;
const SHOP = parse(`${LINK}
  type Query { orders: Int }
  type Subscription { sold(shop: ID!): Sale refused: Int ticks: Int! }
  type Sale { id: ID! secret: String @inaccessible book: Book! }
  type Book @key(fields: "id", resolvable: false) { id: ID! }
`);
const BOOKS = parse(`${LINK}
  type Query { books: Int }
  type Book @key(fields: "id") { id: ID! title: String }
`);

let shop: SubscribingSubgraph;
let books: SubscribingSubgraph;
let gateway: Gateway;
let client: SocketClient;
let folder: string;
const sales = new EventEmitter();

beforeEach(async () => {
  [shop, books] = await Promise.all([
    serveSubscribingSubgraph(SHOP, {
      Subscription: {
        sold: {
          subscribe: (_: unknown, { shop: name }: { shop: string }) => on(sales, name, { close: ['closed'] }),
          resolve: ([sale]: [unknown]) => sale,
        },
        refused: { subscribe: () => Promise.reject(new Error('No seat is left.')) },
        ticks: { subscribe: ticks },
      },
    }),
    serveSubscribingSubgraph(BOOKS, {
      Book: {
        title: ({ id }: { id: string }) =>
          id === 'lost' ? Promise.reject(new Error('It is lost.')) : `Book ${id}`,
      },
    }),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'pass-through-'));
  const { supergraphSdl = '' } = composeServices([
    { name: 'shop', url: shop.url, typeDefs: SHOP },
    { name: 'books', url: books.url, typeDefs: BOOKS },
  ]);
  await writeFile(join(folder, 'supergraph.graphql'), supergraphSdl);
  gateway = await createGateway(
    readGatewayConfig({
      PORT: '0',
      AUTH: 'off',
      ENGINE: 'compiled',
      LOG_LEVEL: 'silent',
      ...unhurriedGateway('compiled'),
      SUPERGRAPH: join(folder, 'supergraph.graphql'),
      SUBGRAPH_HEADERS: '{"shop":["authorization"]}',
    }),
  );
  client = await connectSocket(gateway.url, 'anybody');
});
afterEach(async () => {
  sales.removeAllListeners();
  await client.close();
  await gateway.close();
  await Promise.all([shop.close(), books.close(), rm(folder, { recursive: true })]);
});

const SOLD = 'subscription ($shop: ID!) { sale: sold(shop: $shop) { id book { name: title } } }';

it('completes what a subgraph tells through the others, event by event', async () => {
  const operation = client.operate(SOLD, { shop: 'a' });
  await listening('a', 1);
  for (const id of ['1', '2', '3']) sell('a', id);
  for (const id of ['1', '2', '3'])
    expect(await operation.next()).toEqual({ data: { sale: { id, book: { name: `Book ${id}` } } } });
  operation.complete();
  await listening('a', 0);
  await expect.poll(() => [shop.connections(), gateway.live().subscriptions]).toEqual([0, 0]);
  expect(await metric('fitme_live_upstreams')).toBe(0);
});

it('greets the subgraph with the headers that it may have', async () => {
  client.operate(SOLD, { shop: 'a' });
  await listening('a', 1);
  expect(shop.greetings).toEqual([{ authorization: 'Bearer anybody' }]);
  expect(await metric('fitme_live_upstreams')).toBe(1);
});

it('tells what is missing, and goes on', async () => {
  const operation = client.operate(SOLD, { shop: 'a' });
  await listening('a', 1);
  sell('a', 'lost');
  expect(await operation.next()).toMatchObject({
    data: { sale: { id: 'lost', book: { name: null } } },
    errors: [{ path: ['sale', 'book', 'name'] }],
  });
  sales.emit('a', { id: 'bad', book: null });
  expect(await operation.next()).toMatchObject({
    data: { sale: null },
    errors: [{ path: ['sale', 'book'] }],
  });
  sell('a', '4');
  expect(await operation.next()).toEqual({ data: { sale: { id: '4', book: { name: 'Book 4' } } } });
});

it('completes with the subgraph', async () => {
  const operation = client.operate(SOLD, { shop: 'a' });
  await listening('a', 1);
  sales.emit('closed');
  expect(await operation.message()).toMatchObject({ type: 'complete' });
});

it('ends with an error where the subgraph goes away, and can be begun again', async () => {
  const operation = client.operate(SOLD, { shop: 'a' });
  await listening('a', 1);
  shop.cut();
  const { type, payload } = await operation.message();
  expect(type).toBe('error');
  expect(payload).toMatchObject([
    { message: expect.stringContaining('Subscribe again'), extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ]);
  await listening('a', 0);
  const again = client.operate(SOLD, { shop: 'a' });
  await listening('a', 1);
  sell('a', '5');
  expect(await again.next()).toMatchObject({ data: { sale: { id: '5' } } });
});

it('passes on that the subgraph refuses, and no more of it than of any other error', async () => {
  const operation = client.operate('subscription { refused }');
  expect(await operation.next()).toMatchObject({
    data: { refused: null },
    errors: [{ path: ['refused'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
  expect(await operation.message()).toMatchObject({ type: 'complete' });
});

it('asks no subgraph where the operation is not valid', async () => {
  const { type } = await client.operate('subscription { sold(shop: "a") { secret } }').message();
  expect(type).toBe('error');
  expect(shop.greetings).toEqual([]);
});

it('releases everything when the client goes away without a word', async () => {
  client.operate(SOLD, { shop: 'a' });
  client.operate(SOLD, { shop: 'b' });
  await listening('a', 1);
  await listening('b', 1);
  client.terminate();
  await listening('a', 0);
  await listening('b', 0);
  await expect.poll(() => shop.connections()).toBe(0);
});

it('lets the subgraph wait for a client that is slow, and loses nothing', async () => {
  const operation = client.operate('subscription { ticks }');
  expect(await operation.next()).toEqual({ data: { ticks: 0 } });
  client.pause();
  const made = await settled(() => ticked);
  client.resume();
  for (let tick = 1; tick <= made; tick += 1)
    expect(await operation.next()).toEqual({ data: { ticks: tick } });
  operation.complete();
});

let ticked = 0;

async function* ticks() {
  for (let tick = 0; tick < 1_000_000; tick += 1) {
    ticked = tick;
    yield { ticks: tick };
  }
}

function sell(name: string, id: string): void {
  sales.emit(name, { id, book: { id } });
}

async function listening(name: string, count: number): Promise<void> {
  await expect.poll(() => sales.listenerCount(name)).toBe(count);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
}

/** What a number is once it changes no more. */
async function settled(read: () => number): Promise<number> {
  let last = -1;
  await expect
    .poll(
      () => {
        const same = read() === last;
        last = read();
        return same;
      },
      { interval: 500 },
    )
    .toBe(true);
  return last;
}
