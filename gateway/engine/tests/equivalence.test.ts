import { getIntrospectionQuery, type IntrospectionSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BothEngines, faultsOf, startBothEngines } from './both-engines.ts';
import { type Catalogue, startCatalogue } from './catalogue.ts';

let catalogue: Catalogue;
let engines: BothEngines;

beforeAll(async () => {
  catalogue = await startCatalogue();
  engines = await startBothEngines(catalogue.supergraph);
});
afterAll(async () => {
  await engines?.close();
  await catalogue?.close();
});

/** Both answer alike; the data is given back for what only a look at it shows. */
async function same(query: string, variables: object = {}) {
  const [apollo, compiled] = await Promise.all([
    engines.ask('apollo', query, variables),
    engines.ask('compiled', query, variables),
  ]);
  expect(compiled.data).toEqual(apollo.data);
  expect(faultsOf(compiled)).toEqual(faultsOf(apollo));
  return compiled;
}

describe('answers as ApolloGateway does', () => {
  it.each([
    ['one field', '{ product(id: "1") { name } }'],
    ['a key', '{ product(id: "1") { id name rating reviews { text author { name } } } }'],
    ['a nested key', '{ product(id: "1") { inStock sku { code lot } old } }'],
    [
      'from one entity to the next and back',
      '{ topReviews { product { maker { name country products { inStock } } } } }',
    ],
    ['requirements of nested objects', '{ products { parcel size { width } } }'],
    ['requirements with arguments', '{ a: product(id: "1") { x: parcel y: parcel(unit: "mm") } }'],
    ['provided fields', '{ review(id: "1-a") { product { name rating } } }'],
    [
      'what is provided here and fetched there',
      '{ review(id: "1-a") { product { name } } product(id: "1") { name } }',
    ],
    ['overridden fields', '{ products(ids: ["1"]) { old } }'],
    ['lists with holes', '{ products { id reviews { id } makers(first: 3) { name country } } }'],
    ['lists of lists', '{ shelves { name ... on Product { inStock } ... on Maker { id } } }'],
    ['nulls', '{ product(id: "none") { name rating } products { name size { height } } }'],
    [
      'unions',
      '{ found { __typename ... on Product { name inStock } ... on Maker { name } ... on Item { id } } }',
    ],
    [
      'interfaces over subgraphs',
      '{ media { id title ... on Film { minutes trailer product { rating } } ... on Song { singer { name } } } }',
    ],
    ['interface objects', '{ media { __typename id stars } bestMedia { stars title __typename } }'],
    [
      'aliases',
      '{ one: product(id: "1") { label: name n: name why: rating } two: product(id: "2") { label: id why: inStock } }',
    ],
    ['aliases of one name over types', '{ found { ... on Product { x: colour } ... on Maker { y: name } } }'],
    [
      'names of types',
      '{ __typename t: __typename product(id: "1") { a: __typename maker { __typename } } }',
    ],
    [
      'another name for the type of what may be of several',
      '{ found { t: __typename } media { t: __typename } }',
    ],
    [
      'fragments',
      `{ product(id: "1") { ...a ...b } } fragment a on Product { maker { name } ...b }
       fragment b on Item { id name ... on Product { maker { id country } reviews(first: 1) { text } } }`,
    ],
    ['enum values, the hidden ones too', '{ products(ids: ["1", "2"]) { colour } }'],
    ['names that every object has', '{ product(id: "1") { constructor: name toString: rating } }'],
    [
      'default values of variables',
      'query ($ids: [ID!] = ["2"], $n: Int = 1) { products(ids: $ids) { makers(first: $n) { id } reviews(first: $n) { id } } }',
    ],
    ['defaults of arguments', '{ review(id: "1-a") { text short: text(short: true) } }'],
    ['only what the gateway knows', '{ __typename }'],
    [
      'schema and data at once',
      '{ __type(name: "Product") { name fields { name } } product(id: "1") { name } }',
    ],
  ])('%s', async (_name, query) => {
    expect((await same(query)).errors).toBeUndefined();
  });

  it('the schema, with @defer', async () => {
    const query = getIntrospectionQuery();
    const [apollo, compiled] = await Promise.all([
      engines.ask('apollo', query),
      engines.ask('compiled', query),
    ]);
    const schema = compiled.data?.['__schema'] as IntrospectionSchema;
    const { directives, ...others } = schema;
    const isNew = ({ name }: { name: string }) => name === 'defer';
    expect(directives.filter(isNew)).toHaveLength(1);
    const known = directives.filter((directive) => !isNew(directive));
    expect({ ...others, directives: known }).toEqual(apollo.data?.['__schema']);
  });

  it.each([
    ['an error at its place', '{ product(id: "2") { reviews(first: 2) { id text } } }'],
    ['an error of a bug', '{ strictProducts { id strict } }'],
    ['an unknown field', '{ product(id: "1") { nothing } }'],
    ['a missing variable', 'query ($id: ID!) { product(id: $id) { id } }'],
    ['a document that cannot be read', '{ product('],
  ])('%s', async (_name, query) => {
    expect((await same(query)).errors).toBeDefined();
  });

  const CONDITIONS = `query ($yes: Boolean!, $no: Boolean!) {
    product(id: "1") @include(if: $yes) { name @skip(if: $no) rating @include(if: $no) parcel @skip(if: $yes) }
    hidden: product(id: "2") @skip(if: $yes) { id }
    media { id ... on Film @include(if: $yes) { trailer product @skip(if: $no) { inStock } } stars @skip(if: $no) }
    both: product(id: "1") { maker @include(if: $yes) { name } maker { country @skip(if: $yes) id } ...f @skip(if: $no) }
    never: product(id: "3") { id @include(if: false) sku { code @skip(if: false) } }
    __schema @include(if: $no) { queryType { name } }
  } fragment f on Product { reviews(first: 1) { id } }`;
  it.each([
    [true, false],
    [false, true],
    [true, true],
    [false, false],
  ])('conditions by variables %s and %s', async (yes, no) => {
    expect((await same(CONDITIONS, { yes, no })).data).toBeDefined();
  });
});

describe('mutations', () => {
  it('run one after the other', async () => {
    const query = `mutation {
      a: rename(id: "1", name: "x") { name rating } review(product: "1", text: "t") { id product { rating } }
      b: rename(id: "2", name: "y") { name reviews { id } } fail { id }
    }`;
    const begun = catalogue.journal.length;
    const apollo = await engines.ask('apollo', query);
    const middle = catalogue.journal.length;
    const compiled = await engines.ask('compiled', query);
    expect(compiled).toMatchObject({ data: apollo.data });
    expect(faultsOf(compiled)).toEqual(faultsOf(apollo));
    const order = ['rename 1', 'review 1', 'rename 2', 'fail'];
    expect(catalogue.journal.slice(begun, middle)).toEqual(order);
    expect(catalogue.journal.slice(middle)).toEqual(order);
  });
});

describe('does better than ApolloGateway', () => {
  it('tells of a null that no subgraph explained', async () => {
    const query = '{ product(id: "unreviewed") { name rating } other: product(id: "1") { rating } }';
    const { data, errors } = await engines.ask('compiled', query);
    expect(data).toEqual({ product: null, other: { rating: 1.5 } });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['product', 'rating'],
        extensions: expect.objectContaining({ code: 'INTERNAL_SERVER_ERROR' }),
      }),
    ]);
    expect((await engines.ask('apollo', query)).data).toEqual(data);
  });

  it('tells once of a fault, at its deepest place', async () => {
    const { data, errors } = await engines.ask('compiled', '{ products { id rating } }');
    expect(data).toBeNull();
    expect(errors?.map(({ path }) => path)).toEqual([['products', 2, 'rating']]);
  });

  it('says what is wrong where several operations have no name', async () => {
    const answer = await engines.ask('compiled', 'query A { __typename } query B { __typename }');
    expect(faultsOf(answer)).toEqual(['OPERATION_RESOLUTION_FAILURE undefined']);
  });

  it('asks for an entity once, however often it stands', async () => {
    catalogue.references.length = 0;
    const { data } = await engines.ask('compiled', '{ products(ids: ["1", "2", "1", "1"]) { rating } }');
    expect(data).toEqual({ products: [1.5, 2.5, 1.5, 1.5].map((rating) => ({ rating })) });
    expect(catalogue.references).toEqual(['1', '2']);
  });
});

describe('a dead subgraph', () => {
  it('costs its own fields only, with one error', async () => {
    await catalogue.subgraphs.ratings.close();
    const { data, errors } = await same('{ media { id title stars } product(id: "1") { name rating } }');
    expect(data).toMatchObject({
      media: [{ title: 'A film', stars: null }, { id: 's1', stars: null }, {}],
      product: { name: 'Product 1', rating: 1.5 },
    });
    expect(errors).toMatchObject([
      { path: ['media', 0, 'stars'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
  });
});
