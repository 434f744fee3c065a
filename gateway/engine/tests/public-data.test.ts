import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type FaultySubgraph, startFaultySubgraph, well } from '#tests/fixtures/faulty-subgraph.ts';
import { type BothEngines, startBothEngines } from './both-engines.ts';

const SDL = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective", "@key"])
    @link(url: "https://specs.example/cacheControl/v1.0", import: ["@cacheControl", "CacheControlScope"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }
  type Query {
    thing: String @cacheControl(maxAge: 10)
    mine: String @cacheControl(maxAge: 10, scope: PRIVATE)
  }
  type Item @key(fields: "id") @cacheControl(maxAge: 10) {
    id: ID!
    stock: Int @cacheControl(maxAge: 10)
    price: Int @cacheControl(maxAge: 10, scope: PRIVATE)
  }
`;
const SHOP = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { item: Item }
  type Mutation { buy: Item }
  type Item @key(fields: "id") { id: ID! }
`;

let subgraph: FaultySubgraph;
let shop: FaultySubgraph;
let engines: BothEngines;
let held: (() => void)[];

beforeAll(async () => {
  [subgraph, shop] = await Promise.all([startFaultySubgraph(), startFaultySubgraph()]);
  const { supergraphSdl, errors } = composeServices([
    { name: 'things', url: subgraph.url, typeDefs: parse(SDL) },
    { name: 'shop', url: shop.url, typeDefs: parse(SHOP) },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  engines = await startBothEngines(supergraphSdl);
});
beforeEach(() => {
  held = [];
  subgraph.bodies = [];
  shop.bodies = [];
  subgraph.answering = (...asked) => held.push(() => well(...asked));
});
afterAll(async () => {
  await engines?.close();
  await Promise.all([subgraph?.die(), shop?.die()]);
});

const ask = (query: string) => Array.from({ length: 20 }, () => engines.ask('compiled', query));

async function sharedFetches(): Promise<number> {
  const metrics = await (await fetch(new URL('/metrics', engines.url('compiled')))).text();
  return Number(/fitme_gateway_subgraph_shared_total\{subgraph="things"\} (\d+)/.exec(metrics)?.[1] ?? 0);
}

it('asks once for what is public, however many clients ask at a time', async () => {
  const answers = ask('{ thing }');
  await expect.poll(sharedFetches).toBe(19);
  await expect.poll(() => held).toHaveLength(1);
  held[0]?.();
  expect(new Set((await Promise.all(answers)).map(({ data }) => data?.['thing']))).toEqual(new Set(['here']));
  expect(subgraph.bodies).toHaveLength(1);
});

it.each(['{ mine }', '{ thing mine }'])(
  'asks anew for each client that comes later where something is private: %s',
  async (query) => {
    const answers: Promise<unknown>[] = [];
    for (let clients = 1; clients <= 3; clients += 1) {
      answers.push(engines.ask('compiled', query));
      await expect.poll(() => held).toHaveLength(clients);
    }
    for (const release of held) release();
    expect(await Promise.all(answers)).toHaveLength(3);
  },
);

it.each(['stock', 'price'])(
  'reads after a mutation for itself, what is public as well: %s',
  async (field) => {
    const item = { __typename: 'Item', id: '1' };
    const bought = Promise.withResolvers<void>();
    shop.answering = async (response, _request, body) => {
      const isMutation = body.includes('mutation');
      if (isMutation) await bought.promise;
      response.end(JSON.stringify({ data: { [isMutation ? 'buy' : 'item']: item } }));
    };
    let left = 1;
    subgraph.answering = (response) => {
      const data = { _entities: [{ ...item, [field]: left }] };
      held.push(() => response.end(JSON.stringify({ data })));
    };
    const mutation = engines.ask('compiled', `mutation { buy { ${field} } }`);
    await expect.poll(() => shop.bodies).toHaveLength(1);
    // Begun after the mutation had come, and before it was done.
    const query = engines.ask('compiled', `{ item { ${field} } }`);
    await expect.poll(() => held).toHaveLength(1);
    left = 0;
    bought.resolve();
    await expect.poll(() => held).toHaveLength(2);
    for (const release of held) release();
    expect((await mutation).data).toEqual({ buy: { [field]: 0 } });
    expect((await query).data).toEqual({ item: { [field]: 1 } });
  },
);
