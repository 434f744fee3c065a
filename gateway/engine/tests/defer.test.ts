import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AnswerPart, allParts, askInParts, INCREMENTAL_SPEC, merged } from '#tests/fixtures/in-parts.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';
import { PATIENCE } from '#tests/patience.ts';
import { type BothEngines, startBothEngines } from './both-engines.ts';
import { type Catalogue, startCatalogue } from './catalogue.ts';
import { type Gate, startGate } from './gate.ts';

let catalogue: Catalogue;
let engines: BothEngines;
/** Before reviews. */
let gate: Gate;

beforeAll(async () => {
  catalogue = await startCatalogue();
  gate = await startGate(catalogue.subgraphs.reviews.url);
  engines = await startBothEngines(catalogue.supergraph.replace(catalogue.subgraphs.reviews.url, gate.url));
});
afterEach(() => gate.open());
afterAll(async () => {
  await engines?.close();
  await gate?.close();
  await catalogue?.close();
});

type Init = Parameters<typeof askInParts>[2];

function ask(query: string, variables: object = {}, init: Init = {}) {
  return askInParts(engines.url('compiled'), { query, variables }, init);
}

async function partsOf(query: string, variables: object = {}, init: Init = {}): Promise<AnswerPart[]> {
  return allParts(await ask(query, variables, init));
}

describe('deferred fragments', () => {
  it('come after the rest, with their labels', async () => {
    const query = '{ product(id: "1") { name ... @defer(label: "stars") { rating } } }';
    expect(await partsOf(query)).toEqual([
      { data: { product: { name: 'Product 1' } }, hasNext: true },
      { incremental: [{ path: ['product'], label: 'stars', data: { rating: 1.5 } }], hasNext: false },
    ]);
  });

  it('do not hold the rest up', async () => {
    gate.shut();
    const { parts } = await ask('{ product(id: "1") { name ... @defer { rating } } }');
    expect(await parts.next()).toMatchObject({ value: { data: { product: { name: 'Product 1' } } } });
    await vi.waitFor(() => expect(gate.waiting()).toBe(1), PATIENCE);
    gate.open();
    expect(await parts.next()).toMatchObject({ value: { incremental: [{ data: { rating: 1.5 } }] } });
    expect(await parts.next()).toMatchObject({ done: true });
  });

  it('end the operation, for whoever counts', async () => {
    gate.shut();
    const counted = async () => {
      const metrics = await fetch(engines.url('compiled').replace('/graphql', '/metrics'));
      return /fitme_gateway_operation_[^\n]*_count\{[^\n]*operation="CountedLast"/.test(await metrics.text());
    };
    const { parts } = await ask('query CountedLast { product(id: "1") { id ... @defer { rating } } }');
    await parts.next();
    await vi.waitFor(() => expect(gate.waiting()).toBe(1), PATIENCE);
    expect(await counted()).toBe(false);
    gate.open();
    await allParts({ parts });
    await vi.waitFor(async () => expect(await counted()).toBe(true), PATIENCE);
  });

  it('come each when it is there', async () => {
    gate.shut();
    const { parts } = await ask(
      '{ product(id: "1") { ... @defer(label: "slow") { rating } ... @defer(label: "fast") { inStock } } }',
    );
    expect(await parts.next()).toMatchObject({ value: { data: { product: {} }, hasNext: true } });
    expect(await parts.next()).toMatchObject({
      value: { incremental: [{ label: 'fast', data: { inStock: true } }], hasNext: true },
    });
    gate.open();
    expect(await parts.next()).toMatchObject({ value: { incremental: [{ label: 'slow' }], hasNext: false } });
  });

  it('begin when what they need is there, though the rest is not', async () => {
    gate.shut();
    const before = catalogue.subgraphs.warehouse.requests();
    const answer = ask('{ product(id: "1") { rating sku { code } ... @defer { inStock } } }');
    await vi.waitFor(() => expect(catalogue.subgraphs.warehouse.requests()).toBe(before + 1), PATIENCE);
    gate.open();
    expect(merged(await allParts(await answer)).data).toEqual({
      product: { rating: 1.5, sku: { code: 'code-1' }, inStock: true },
    });
  });

  it('come once an item of a list, and within one another', async () => {
    const parts = await partsOf(`{
      products(ids: ["1", "2"]) {
        id
        ... @defer(label: "outer") { reviews(first: 1) { id ... @defer(label: "inner") { text } } }
      }
    }`);
    const places = parts.map(({ incremental = [] }) => incremental.map(({ label, path }) => [label, path]));
    expect(places).toEqual([
      [],
      [
        ['outer', ['products', 0]],
        ['outer', ['products', 1]],
      ],
      [
        ['inner', ['products', 0, 'reviews', 0]],
        ['inner', ['products', 1, 'reviews', 0]],
      ],
    ]);
    expect(merged(parts).data).toEqual({
      products: [
        { id: '1', reviews: [{ id: '1-a', text: 'Review 1-a' }] },
        { id: '2', reviews: [{ id: '2-a', text: 'Review 2-a' }] },
      ],
    });
  });

  it('may hold nothing but another one', async () => {
    const parts = await partsOf('{ product(id: "1") { ... @defer { ... @defer { name rating } } } }');
    expect(parts.map(({ hasNext }) => hasNext)).toEqual([true, true, false]);
    expect(merged(parts).data).toEqual({ product: { name: 'Product 1', rating: 1.5 } });
  });

  it('follow type conditions, and go through named fragments', async () => {
    const parts = await partsOf(`
      { found { ...Card @defer(label: "card") ... on Maker @defer(label: "maker") { country } } }
      fragment Card on Product { name ...Stock }
      fragment Stock on Product { ... @defer(label: "stock") { inStock } }
    `);
    expect(parts[0]).toEqual({ data: { found: [{}, {}, null, {}] }, hasNext: true });
    expect(merged(parts).data).toEqual({
      found: [{ name: 'Product 1', inStock: true }, { country: 'FR' }, null, { name: null, inStock: false }],
    });
  });

  it('may hold what the rest holds as well', async () => {
    const parts = await partsOf(
      '{ product(id: "1") { name maker { id } ... @defer { name rating maker { country } } } }',
    );
    expect(merged(parts).data).toEqual({
      product: { name: 'Product 1', maker: { id: 'm1', country: 'FR' }, rating: 1.5 },
    });
  });

  it('may be of the query itself, and of things without keys', async () => {
    const parts = await partsOf(
      '{ ... @defer(label: "root") { bestStocked { name } } product(id: "1") { sku { code ... @defer { lot } } } }',
    );
    expect(parts[0]).toEqual({ data: { product: { sku: { code: 'code-1' } } }, hasNext: true });
    expect(merged(parts).data).toEqual({
      bestStocked: { name: 'Product 1' },
      product: { sku: { code: 'code-1', lot: 1 } },
    });
  });

  it('may be of what a mutation gives', async () => {
    const parts = await partsOf(
      'mutation { rename(id: "1", name: "x") { id ... @defer { rating } } fail { ... @defer { id } } }',
    );
    const { data, errors } = merged(parts);
    expect(data).toEqual({ rename: { id: '1', rating: 1.5 }, fail: null });
    expect(errors).toMatchObject([{ path: ['fail'] }]);
  });

  it('may ask the gateway alone', async () => {
    expect(merged(await partsOf('{ ... @defer { __typename } }')).data).toEqual({ __typename: 'Query' });
  });

  it('may ask about the schema', async () => {
    const query = '{ product(id: "1") { id } ... @defer { __schema { queryType { name } } __typename } }';
    expect(merged(await partsOf(query)).data).toEqual({
      product: { id: '1' },
      __schema: { queryType: { name: 'Query' } },
      __typename: 'Query',
    });
  });
});

describe('whether something is deferred', () => {
  const QUERY = `query ($later: Boolean = true, $there: Boolean = true) {
    product(id: "1") { id ... @defer(if: $later) @include(if: $there) { rating } }
  }`;

  it.each([
    [{}, 2, { id: '1', rating: 1.5 }],
    [{ later: true }, 2, { id: '1', rating: 1.5 }],
    [{ later: false }, 1, { id: '1', rating: 1.5 }],
    [{ there: false }, 1, { id: '1' }],
  ])('variables say: %o', async (variables, count, product) => {
    const parts = await partsOf(QUERY, variables);
    expect(parts).toHaveLength(count);
    expect(merged(parts).data).toEqual({ product });
  });

  it('may be said in the document', async () => {
    const query = '{ product(id: "1") { id ... @defer(if: false) { rating } } }';
    expect(await partsOf(query)).toEqual([{ data: { product: { id: '1', rating: 1.5 } } }]);
  });

  it.each([
    ['JSON', 'application/json'],
    ['anything', '*/*'],
    ['JSON rather', 'multipart/mixed; deferSpec=20220824; q=0.5, application/json'],
    ['parts not at all', 'multipart/mixed; deferSpec=20220824; q=0, application/json'],
    ['parts that nobody knows', 'multipart/mixed; deferSpec=19700101, application/json'],
  ])('a client that accepts %s gets one whole answer', async (_what, accept) => {
    const { response, parts } = await ask(
      '{ product(id: "1") { id ... @defer { rating } } }',
      {},
      { accept },
    );
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await allParts({ parts })).toEqual([{ data: { product: { id: '1', rating: 1.5 } } }]);
  });

  it('says introspection that it may be', async () => {
    const query = '{ __schema { directives { name locations args { name defaultValue } } } }';
    const { data } = merged(await partsOf(query));
    expect(data).toMatchObject({
      __schema: {
        directives: expect.arrayContaining([
          {
            name: 'defer',
            locations: ['FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
            args: [
              { name: 'label', defaultValue: null },
              { name: 'if', defaultValue: 'true' },
            ],
          },
        ]),
      },
    });
  });

  it.each([
    ['mutations', 'mutation { ... @defer { fail { id } } }'],
    ['labels that vary', 'query ($l: String) { product(id: "1") { ... @defer(label: $l) { id } } }'],
    ['one label twice', '{ media { ... @defer(label: "a") { id } ... @defer(label: "a") { title } } }'],
    ['fields', '{ product(id: "1") @defer { id } }'],
    ['too many', `{ product(id: "1") { ${'... @defer { id } '.repeat(17)} } }`],
  ])('refuses to defer %s', async (_what, query) => {
    const { response, parts } = await ask(query);
    const [answer] = await allParts({ parts });
    expect(answer?.errors?.[0]?.extensions.code).toMatch(/GRAPHQL_VALIDATION_FAILED|BAD_REQUEST/);
    expect(answer).not.toHaveProperty('data');
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

describe('what goes wrong in a deferred fragment', () => {
  it('stays in it', async () => {
    const parts = await partsOf('{ products(ids: ["1", "3"]) { id ... @defer { rating } } }');
    expect(parts[0]).toEqual({ data: { products: [{ id: '1' }, { id: '3' }] }, hasNext: true });
    expect(parts[1]?.incremental).toMatchObject([
      { path: ['products', 0], data: { rating: 1.5 } },
      { path: ['products', 1], data: null, errors: [{ path: ['products', 1, 'rating'] }] },
    ]);
    expect(parts[1]?.incremental?.[0]).not.toHaveProperty('errors');
  });

  it('is told with it, though it was fetched with the rest', async () => {
    const parts = await partsOf('{ product(id: "1") { label { text ... @defer { broken } } } }');
    expect(parts[0]).toEqual({ data: { product: { label: { text: 'a label' } } }, hasNext: true });
    expect(parts[1]?.incremental).toMatchObject([
      { data: { broken: null }, errors: [{ path: ['product', 'label', 'broken'] }] },
    ]);
  });

  it('takes nothing away that a client has', async () => {
    const parts = await partsOf(
      '{ product(id: "bad") { maker { id } ... @defer { name maker { products { strict } } } } }',
    );
    expect(parts).toMatchObject([
      { data: { product: { maker: { id: 'mbad' } } } },
      {
        incremental: [
          {
            path: ['product'],
            data: null,
            errors: [{ path: ['product', 'maker', 'products', 0, 'strict'] }],
          },
        ],
      },
    ]);
  });

  it('leaves nothing to add to what became null', async () => {
    const parts = await partsOf('{ product(id: "bad") { id strict ... @defer { rating } } }');
    expect(parts).toMatchObject([{ data: { product: null }, errors: [{ path: ['product', 'strict'] }] }]);
    expect(parts[0]).not.toHaveProperty('hasNext');
  });

  it('ends with the deadline', async () => {
    gate.shut();
    const query = '{ product(id: "1") { id ... @defer { rating } } }';
    const parts = await partsOf(query, {}, { headers: { 'x-timeout-ms': '3000' } });
    expect(parts[1]).toMatchObject({
      incremental: [{ data: null, errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] }],
      hasNext: false,
    });
  });

  it('stops when the client leaves', async () => {
    gate.shut();
    const leaving = new AbortController();
    const { parts } = await ask(
      '{ product(id: "1") { id ... @defer { rating } } }',
      {},
      { signal: leaving.signal },
    );
    await parts.next();
    await vi.waitFor(() => expect(gate.waiting()).toBe(1), PATIENCE);
    const before = gate.abandoned();
    leaving.abort();
    await vi.waitFor(() => expect(gate.abandoned()).toBe(before + 1), PATIENCE);
  });
});

describe('the format of parts', () => {
  const QUERY = '{ products(ids: ["1", "3"]) { id ... @defer(label: "l") { rating } } }';

  it('is multipart, with a delimiter after each part', async () => {
    const { response } = await ask('{ product(id: "1") { id ... @defer { rating } } }');
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
    const head = 'content-type: application/json; charset=utf-8\r\n\r\n';
    expect(await response.text()).toBe(
      `\r\n---\r\n${head}{"data":{"product":{"id":"1"}},"hasNext":true}\r\n---\r\n${head}{"incremental":[{"data":{"rating":1.5},"path":["product"]}],"hasNext":false}\r\n-----\r\n`,
    );
  });

  it('is one part where all is there at once and the client takes nothing else', async () => {
    const { response, parts } = await ask(
      '{ product(id: "1") { id } }',
      {},
      { accept: 'multipart/mixed; deferSpec=20220824' },
    );
    expect(response.headers.get('content-type')).toContain('multipart/mixed');
    expect(await allParts({ parts })).toEqual([{ data: { product: { id: '1' } } }]);
  });

  it('announces parts under ids for who speaks the later proposal', async () => {
    const { response, parts } = await ask(QUERY, {}, { accept: INCREMENTAL_SPEC });
    expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; incrementalSpec=v0.2');
    expect(await allParts({ parts })).toMatchObject([
      {
        data: { products: [{ id: '1' }, { id: '3' }] },
        pending: [
          { id: '1', path: ['products', 0], label: 'l' },
          { id: '2', path: ['products', 1], label: 'l' },
        ],
        hasNext: true,
      },
      {
        incremental: [{ id: '1', data: { rating: 1.5 } }],
        completed: [{ id: '1' }, { id: '2', errors: [{ path: ['products', 1, 'rating'] }] }],
        hasNext: false,
      },
    ]);
  });

  it('is a message each, over a socket', async () => {
    const socket = await connectSocket(engines.url('compiled').replace('/graphql', ''));
    const operation = socket.operate('{ product(id: "1") { id ... @defer(label: "l") { rating } } }');
    expect(await operation.next()).toEqual({ data: { product: { id: '1' } }, hasNext: true });
    expect(await operation.next()).toEqual({
      incremental: [{ label: 'l', path: ['product'], data: { rating: 1.5 } }],
      hasNext: false,
    });
    expect(await operation.message()).toMatchObject({ type: 'complete' });
    await socket.close();
  });
});
