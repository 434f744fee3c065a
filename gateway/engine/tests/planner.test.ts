import { type OperationDefinitionNode, parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { createContext } from '../../context.ts';
import { compileOperation } from '../operation.ts';
import type { Planner } from '../planner.ts';
import { createApolloPlanner } from '../planner-apollo.ts';
import { createHivePlanner } from '../planner-hive.ts';
import { createPlanner } from '../planner-routing.ts';
import { type LoadedSupergraph, loadSupergraph } from '../supergraph.ts';
import { createSubgraphFetcher, type SubgraphFetcher } from '../transport/subgraph-fetcher.ts';
import { createTypeConditions } from '../type-conditions.ts';
import { type Catalogue, startCatalogue } from './catalogue.ts';

const log = createLogger({ level: 'silent', name: 'planner' });

let catalogue: Catalogue;
let loaded: LoadedSupergraph;
let fetcher: SubgraphFetcher;

beforeAll(async () => {
  catalogue = await startCatalogue();
  loaded = loadSupergraph(catalogue.supergraph);
  const bounds = { timeoutMs: 5_000, connections: 10, maxResponseBytes: 1_000_000, headers: {} };
  fetcher = createSubgraphFetcher({ ...bounds, metrics: createMetrics(), log });
});
afterAll(async () => {
  await fetcher?.close();
  await catalogue?.close();
});

const SUITE: [what: string, query: string, data: unknown][] = [
  ['no subgraph at all', '{ __typename }', { __typename: 'Query' }],
  ['one subgraph', '{ product(id: "1") { name } }', { product: { name: 'Product 1' } }],
  ['a join', '{ product(id: "1") { name rating } }', { product: { name: 'Product 1', rating: 1.5 } }],
  ['a nested key', '{ bestStocked { name inStock } }', { bestStocked: { name: 'Product 1', inStock: true } }],
  ['@requires', '{ product(id: "2") { parcel(unit: "m") } }', { product: { parcel: '2 by 2 m' } }],
  [
    '@provides',
    '{ review(id: "1-a") { product { name } } }',
    { review: { product: { name: 'as provided' } } },
  ],
  ['@override', '{ product(id: "1") { old } }', { product: { old: 'from the warehouse' } }],
  [
    '@interfaceObject',
    '{ bestMedia { __typename stars ... on Film { trailer minutes } } }',
    {
      bestMedia: [
        { __typename: 'Song', stars: 5 },
        { __typename: 'Film', stars: 5, trailer: 'Trailer f1', minutes: 90 },
      ],
    },
  ],
  [
    'unions',
    '{ found { ... on Product { rating } ... on Maker { name } } }',
    { found: [{ rating: 1.5 }, { name: 'Maker 1' }, null, { rating: 2.5 }] },
  ],
  [
    'one field with several arguments',
    '{ a: product(id: "1") { x: parcel(unit: "a") } b: product(id: "1") { x: parcel(unit: "b") } }',
    { a: { x: '1 by 2 a' }, b: { x: '1 by 2 b' } },
  ],
  [
    'conditions',
    'query ($no: Boolean = false) { product(id: "1") { id @skip(if: $no) rating @include(if: $no) } }',
    { product: { id: '1' } },
  ],
  [
    'a mutation',
    'mutation { rename(id: "1", name: "x") { name rating } }',
    { rename: { name: 'x', rating: 1.5 } },
  ],
];

describe.each([
  ['native', (): Promise<Planner> => createHivePlanner(loaded)],
  ['other', async (): Promise<Planner> => createApolloPlanner(loaded)],
])('the %s planner', (_name, create) => {
  it.each(SUITE)('plans %s', async (_what, query, data) => {
    expect(await run(await create(), query)).toEqual(data);
  });
});

describe('routing', () => {
  it('plans natively, but for what the native planner plans wrongly', async () => {
    const planned: string[] = [];
    const planner = await createPlanner(withoutInterfaceObjects(), log, async (supergraph) => {
      const native = await createHivePlanner(supergraph);
      return {
        name: 'hive',
        plan(asked) {
          planned.push(print(asked.document));
          return native.plan(asked);
        },
      };
    });
    expect(planner.name).toBe('hive');
    const query = '{ product(id: "1") { rating } }';
    expect(await run(planner, query)).toEqual({ product: { rating: 1.5 } });
    await run(planner, 'query ($no: Boolean = false) { product(id: "1") { id @skip(if: $no) rating } }');
    await run(planner, '{ found { kind: __typename } }');
    await run(planner, '{ product(id: "1") { id: name rating } }');
    expect(planned).toEqual([print(parse(query))]);
    expect((await createPlanner(loaded, log)).name).toBe('apollo');
  });

  it('asks a subgraph once for entities at several places', async () => {
    const planner = await createPlanner(withoutInterfaceObjects(), log);
    const before = catalogue.subgraphs.reviews.requests();
    const query = '{ a: product(id: "1") { rating } b: product(id: "2") { reviews(first: 1) { id } } }';
    expect(await run(planner, query)).toEqual({ a: { rating: 1.5 }, b: { reviews: [{ id: '2-a' }] } });
    expect(catalogue.subgraphs.reviews.requests() - before).toBe(1);
  });

  it('falls back where the native planner does not load', async () => {
    const planner = await createPlanner(loaded, log, () => Promise.reject(new Error('no binary')));
    expect(planner.name).toBe('apollo');
    expect(await run(planner, '{ product(id: "1") { rating } }')).toEqual({ product: { rating: 1.5 } });
  });

  it('falls back where the native planner does not plan an operation', async () => {
    const plan = () => Promise.reject(new Error('cannot plan this'));
    const planner = await createPlanner(withoutInterfaceObjects(), log, async () => ({ name: 'hive', plan }));
    expect(await run(planner, '{ product(id: "1") { rating } }')).toEqual({ product: { rating: 1.5 } });
  });

  it('lets a mutation end before the next one begins', async () => {
    const document = parse(
      'mutation { a: rename(id: "1", name: "x") { rating } review(product: "1", text: "t") { id } }',
    );
    const planner = await createPlanner(withoutInterfaceObjects(), log);
    const plan = await planner.plan({
      document,
      operation: document.definitions[0] as OperationDefinitionNode,
    });
    expect(plan).toMatchObject({
      kind: 'sequence',
      nodes: [
        { subgraph: 'products', isMutation: true },
        { subgraph: 'reviews', isMutation: false },
        { subgraph: 'reviews', isMutation: true },
      ],
    });
  });
});

/** The catalogue as the native planner is trusted with it. */
function withoutInterfaceObjects(): LoadedSupergraph {
  return { ...loaded, sdl: loaded.sdl.replace(', isInterfaceObject: true', '') };
}

async function run(planner: Planner, query: string): Promise<unknown> {
  const document = parse(query);
  const endpoints = new Map(loaded.subgraphs.map(({ name, url }) => [name, fetcher.endpoint(name, url)]));
  const operation = await compileOperation(document, {
    schema: loaded.schema,
    planner,
    endpoints,
    fulfils: createTypeConditions(loaded.supergraphSchema),
    lists: { pageSize: 100, listItems: 1_000 },
  });
  using context = createContext({ requestId: 'r', viewer: null, timeoutMs: 5_000, header: () => undefined });
  const { data, errors } = await operation.run({}, context);
  expect(errors).toEqual([]);
  return JSON.parse(data);
}
