import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, type BothEngines, type EngineName, startBothEngines } from './both-engines.ts';
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

const QUERY = '{ product(id: "1") { name } }';
const DATA = { product: { name: 'Product 1' } };
const PREFLIGHT = { 'apollo-require-preflight': 'true' };
const JSON_TYPE = { 'content-type': 'application/json' };
const get = (parameters: Record<string, string>) => `?${new URLSearchParams(parameters)}`;
const post = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});

const REQUESTS: [what: string, status: number, search: string, init: RequestInit][] = [
  ['POST', 200, '', post({ query: QUERY })],
  ['GET', 200, get({ query: QUERY }), { headers: PREFLIGHT }],
  [
    'GET with variables and a name',
    200,
    get({
      query: `query A { __typename } query B($id: ID!) { product(id: $id) { name } }`,
      operationName: 'B',
      variables: '{"id":"1"}',
    }),
    { headers: PREFLIGHT },
  ],
  ['a form of another page', 400, get({ query: QUERY }), {}],
  ['plain text', 400, '', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }],
  ['a mutation over GET', 405, get({ query: 'mutation { fail { id } }' }), { headers: PREFLIGHT }],
  ['variables that are no JSON', 400, get({ query: QUERY, variables: '{' }), { headers: PREFLIGHT }],
  ['variables that are no object', 400, '', post({ query: QUERY, variables: [] })],
  ['a name that is no text', 400, '', post({ query: QUERY, operationName: 1 })],
  ['a query that is no text', 400, '', post({ query: {} })],
  ['nothing that the client accepts', 406, '', post({ query: QUERY }, { accept: 'text/html' })],
  [
    'JSON for whoever takes it',
    200,
    '',
    post({ query: QUERY }, { accept: 'text/html, application/json;q=0.5' }),
  ],
  ['the type of GraphQL', 200, '', post({ query: QUERY }, { accept: 'application/graphql-response+json' })],
  ['a batch', 400, '', post([{ query: QUERY }])],
];

it.each(REQUESTS)('both engines answer %s with %d', async (_what, status, search, init) => {
  const send = async (engine: EngineName) => {
    const response = await fetch(engines.url(engine) + search, init);
    const { data, errors } = (await response.json()) as Answer;
    const code = errors?.map(({ extensions }) => extensions.code);
    return { status: response.status, type: response.headers.get('content-type'), data, code };
  };
  const [apollo, compiled] = await Promise.all([send('apollo'), send('compiled')]);
  expect(compiled).toEqual(apollo);
  expect(compiled).toMatchObject(status === 200 ? { status, data: DATA } : { status });
});
