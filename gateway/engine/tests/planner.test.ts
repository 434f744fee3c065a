import { type OperationTypeNode, parse, print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { createContext } from '../../request/context.ts';
import { readCacheControl } from '../caching/cache-control.ts';
import { readCostWeights } from '../cost/weights.ts';
import { createRepresentationCache } from '../execution/representation-cache.ts';
import { createTypeConditionTest } from '../execution/walk.ts';
import { CompiledExecution } from '../operation/compiled-execution.ts';
import { compileOperation } from '../operation/operation.ts';
import { createApolloPlanner } from '../planning/apollo-planner.ts';
import { createHivePlanner } from '../planning/hive-planner.ts';
import type { Planner } from '../planning/planner.ts';
import { createPlanner } from '../planning/planner-choice.ts';
import { createPlannerInputs } from '../planning/planner-input.ts';
import { readSharedFields } from '../subscriptions/shared-fields.ts';
import { type LoadedSupergraph, loadSupergraph } from '../supergraph/supergraph.ts';
import { createSubgraphFetcher, type SubgraphFetcher } from '../transport/subgraph-fetcher.ts';
import { type Catalogue, startCatalogue } from './catalogue.ts';

const log = createLogger({ level: 'silent', name: 'planner' });

let catalogue: Catalogue;
let loaded: LoadedSupergraph;
let fetcher: SubgraphFetcher;

beforeAll(async () => {
  catalogue = await startCatalogue();
  loaded = loadSupergraph(catalogue.supergraph);
  const bounds = { timeoutMs: 60_000, connections: 10, maxResponseBytes: 1_000_000, headers: {} };
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
  let planner: Planner;
  beforeAll(async () => {
    planner = await create();
  });
  afterAll(() => planner?.close());

  it.each(SUITE)('plans %s', async (_what, query, data) => {
    expect(await run(planner, query)).toEqual(data);
  });
});

describe('routing', () => {
  it('plans natively', async () => {
    const planner = await createPlanner(loaded, log, NATIVE);
    expect(planner.name).toBe('hive');
    expect(await run(planner, '{ product(id: "1") { rating } }')).toEqual({ product: { rating: 1.5 } });
  });

  it('leaves all to the other one where it is told to', async () => {
    expect((await createPlanner(loaded, log, { ...NATIVE, planner: 'apollo' })).name).toBe('apollo');
  });

  it('lets planners see no condition, and no name that a client gave to a field of another name', async () => {
    const planned: string[] = [];
    const native = await createHivePlanner(loaded);
    const planner: Planner = {
      ...native,
      plan(asked) {
        planned.push(print(asked.document));
        return native.plan(asked);
      },
    };
    const query =
      'query ($no: Boolean = false) { product(id: "1") { id: name kind: __typename rating @skip(if: $no) } }';
    const product = { id: 'Product 1', kind: 'Product', rating: 1.5 };
    expect(await run(planner, query)).toEqual({ product });
    expect(planned).toEqual([
      print(parse('query ($no: Boolean = false) { product(id: "1") { as_id: name __typename rating } }')),
    ]);
  });

  it('asks a subgraph once for entities at several places', async () => {
    const planner = await createPlanner(loaded, log, NATIVE);
    const before = catalogue.subgraphs.reviews.requests();
    const query = '{ a: product(id: "1") { rating } b: product(id: "2") { reviews(first: 1) { id } } }';
    expect(await run(planner, query)).toEqual({ a: { rating: 1.5 }, b: { reviews: [{ id: '2-a' }] } });
    expect(catalogue.subgraphs.reviews.requests() - before).toBe(1);
  });

  it('sends once what two places of a plan ask of a subgraph at a time', async () => {
    const planner = createApolloPlanner(loaded);
    const before = catalogue.subgraphs.reviews.requests();
    const query =
      '{ a: product(id: "1") { reviews(first: 1) { id } } b: product(id: "1") { reviews(first: 1) { id } } }';
    const reviews = [{ id: '1-a' }];
    expect(await run(planner, query)).toEqual({ a: { reviews }, b: { reviews } });
    expect(catalogue.subgraphs.reviews.requests() - before).toBe(1);
  });

  it('falls back where the native planner does not load', async () => {
    const planner = await createPlanner(loaded, log, NATIVE, () => Promise.reject(new Error('no binary')));
    expect(planner.name).toBe('apollo');
    expect(await run(planner, '{ product(id: "1") { rating } }')).toEqual({ product: { rating: 1.5 } });
  });

  it('falls back where the native planner does not plan an operation', async () => {
    const plan = () => Promise.reject(new Error('cannot plan this'));
    const planner = await createPlanner(loaded, log, NATIVE, async () => ({
      name: 'hive',
      close: () => {},
      plan,
      planSubscription: plan,
    }));
    expect(await run(planner, '{ product(id: "1") { rating } }')).toEqual({ product: { rating: 1.5 } });
  });

  it('plans the fields of a mutation one by one: one may begin only when all of the one before it is there', async () => {
    const planned: string[] = [];
    const native = await createHivePlanner(loaded);
    const planner: Planner = {
      ...native,
      plan({ document, operation }) {
        planned.push(print(document));
        return native.plan({ document, operation });
      },
    };
    const query = `mutation { ...Both a: rename(id: "1", name: "y") { name } }
      fragment Both on Mutation { a: rename(id: "1", name: "y") { rating } review(product: "1", text: "t") { id } }`;
    await run(planner, query);
    expect(planned).toEqual([
      print(
        parse('mutation { a: rename(id: "1", name: "y") { rating } a: rename(id: "1", name: "y") { name } }'),
      ),
      print(parse('mutation { review(product: "1", text: "t") { id } }')),
    ]);
  });
});

const NATIVE = { planner: 'native', planTimeoutMs: 60_000 } as const;

async function run(planner: Planner, query: string): Promise<unknown> {
  const document = parse(query);
  const endpoints = new Map(loaded.subgraphs.map(({ name, url }) => [name, fetcher.endpoint(name, url)]));
  const typeApplies = createTypeConditionTest(loaded.supergraphSchema);
  const options = {
    schema: loaded.schema,
    weights: readCostWeights(loaded),
    costs: { pageSize: 100, listSize: 1 },
    onPlan: () => {},
    nextTurn: async () => {},
  };
  const parts = {
    planner,
    endpoints,
    cacheControl: readCacheControl(loaded.supergraphSchema),
    typeApplies,
    representations: createRepresentationCache(typeApplies),
    plannerInputs: createPlannerInputs(loaded),
    liveFields: new Map(),
    socketUrls: new Map(),
    sharedFields: readSharedFields(loaded),
  };
  const execution = new CompiledExecution(parts, options, 'query' as OperationTypeNode);
  const operation = await compileOperation(document, options, execution);
  using context = createContext({ requestId: 'r', viewer: null, timeoutMs: 60_000, header: () => undefined });
  const { data, errors } = await operation.run({}, context);
  expect(errors).toEqual([]);
  return JSON.parse(data);
}
