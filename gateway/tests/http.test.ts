import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({
    LIMIT_BODY_BYTES: '4096',
    LIMIT_DEPTH: '6',
    LIMIT_ALIASES: '3',
    LIMIT_TOKENS: '200',
    LIMIT_PAGE_SIZE: '10',
    CORS_ORIGINS: 'https://app.example',
    SUBGRAPH_HEADERS:
      '{"*":["authorization","x-request-id","x-forwarded-for","user-agent"],"reviews":["x-secret"]}',
  });
});
afterAll(() => library.close());

describe('queries', () => {
  it('joins two subgraphs', async () => {
    const { status, data, errors } = await library.ask(
      '{ book(id: "7") { title author { name } reviews { text } } }',
    );
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data).toEqual({
      book: {
        title: 'Book 7',
        author: { name: 'Reader author-7' },
        reviews: [{ text: 'Review 7-a' }, { text: 'Review 7-b' }],
      },
    });
  });

  it('names every request', async () => {
    const [first, second] = await Promise.all([library.ask('{ __typename }'), library.ask('{ __typename }')]);
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'));
  });

  it('hands on the headers that the configuration names, and no others', async () => {
    const headers = { 'user-agent': 'test', 'x-secret': 'for reviews', cookie: 'a=b' };
    const { data, headers: answered } = await library.ask(
      '{ id: header(name: "x-request-id") agent: header(name: "user-agent") secret: header(name: "x-secret") }',
      { headers },
    );
    expect(data).toEqual({ id: answered.get('x-request-id'), agent: 'test', secret: null });
    const { data: more } = await library.ask(
      '{ cookie: header(name: "cookie") address: header(name: "x-forwarded-for") type: header(name: "x-timeout-ms") }',
      { headers: { ...headers, 'x-forwarded-for': '1.2.3.4' } },
    );
    expect(more).toEqual({ cookie: null, address: '127.0.0.1', type: expect.stringMatching(/^\d+$/) });
  });

  it('gives a subgraph no more time than the client has', async () => {
    const { data } = await library.ask('{ left: header(name: "x-timeout-ms") }', {
      headers: { 'x-timeout-ms': '20000' },
    });
    expect(Number(data?.['left'])).toBeGreaterThan(0);
    expect(Number(data?.['left'])).toBeLessThanOrEqual(20_000);
  });
});

describe('bad input', () => {
  it.each([
    ['malformed JSON', '{"query": ', 400, 'BAD_REQUEST'],
    ['an empty body', '', 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    [
      'a body over the limit',
      JSON.stringify({ query: `{ book(id: "${'x'.repeat(5_000)}") { id } }` }),
      413,
      'BAD_REQUEST',
    ],
    ['a syntax error', JSON.stringify({ query: '{ book(' }), 400, 'GRAPHQL_PARSE_FAILED'],
    [
      'an unknown field',
      JSON.stringify({ query: '{ book(id: 1) { colour } }' }),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a wrong type',
      JSON.stringify({ query: '{ books(first: "many") { id } }' }),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a wrong variable',
      JSON.stringify({ query: 'query ($id: ID!) { book(id: $id) { id } }', variables: { id: {} } }),
      400,
      'BAD_USER_INPUT',
    ],
    ['a batch', JSON.stringify([{ query: '{ __typename }' }]), 400, 'BAD_REQUEST'],
  ])('answers %s in the shape of GraphQL', async (_name, body, status, code) => {
    const response = await fetch(`${library.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const answer = (await response.json()) as { errors: { message: string; extensions: object }[] };
    expect([response.status, answer.errors[0]?.extensions]).toEqual([
      status,
      expect.objectContaining({ code }),
    ]);
    expect(answer.errors[0]?.message).not.toMatch(/node_modules|\.ts:/);
  });

  const deep = (depth: number) =>
    `{ book(id: "1") ${'{ sequel '.repeat(depth - 2)}{ id }${' }'.repeat(depth - 2)} }`;
  it.each([
    ['depth', deep(7), deep(6)],
    [
      'depth in fragments',
      `${'{ book(id: "1") { ...a } } fragment a on Book { sequel { ...b } } '}
      fragment b on Book { sequel { sequel { sequel { sequel { id } } } } }`,
      deep(5),
    ],
    [
      'aliases',
      '{ a: __typename b: __typename c: __typename d: __typename }',
      '{ a: __typename b: __typename c: __typename }',
    ],
    ['tokens', `{ ${'__typename '.repeat(200)} }`, `{ ${'... { __typename } '.repeat(45)} }`],
    ['page size', '{ books(first: 11) { id } }', '{ books(first: 10) { id } }'],
    [
      'page size by default value',
      'query ($n: Int = 11) { books(last: $n) { id } }',
      'query ($n: Int = 10) { books(last: $n) { id } }',
    ],
  ])('limits %s', async (_name, tooMuch, enough) => {
    const headers = {
      authorization: `Bearer ${await library.issuer.token('ada', { scopes: ['books:read'] })}`,
    };
    const [refused, answered] = await Promise.all([
      library.ask(tooMuch, { headers }),
      library.ask(enough, { headers }),
    ]);
    expect(refused.data ?? null).toBeNull();
    expect(refused.errors?.[0]?.extensions['code']).toMatch(
      /^(GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED|BAD_USER_INPUT)$/,
    );
    expect(answered.errors).toBeUndefined();
  });

  it('limits the page size that a variable names', async () => {
    const { errors } = await library.ask('query ($n: Int) { books(first: $n) { id } }', {
      variables: { n: 11 },
    });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('at most 10'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('refuses introspection unless it is configured', async () => {
    const { errors } = await library.ask('{ __schema { types { name } } }');
    expect(errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('tells where subscriptions are', async () => {
    const { status, errors } = await library.ask('subscription { countsChanged { viewer { id } } }');
    expect([status, errors?.[0]?.message]).toEqual([400, expect.stringContaining('graphql-transport-ws')]);
  });
});

describe('browsers', () => {
  it('refuses a request that any page could send', async () => {
    const response = await fetch(`${library.gateway.url}/graphql?query={__typename}`);
    expect(response.status).toBe(400);
    const text = await fetch(`${library.gateway.url}/graphql`, {
      method: 'POST',
      body: '{"query":"{ __typename }"}',
    });
    expect(text.status).toBe(400);
  });

  it.each([
    ['https://app.example', 'https://app.example'],
    ['https://evil.example', null],
  ])('answers the origin %s with %s', async (origin, allowed) => {
    const { headers } = await library.ask('{ __typename }', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
  });
});

describe('errors of subgraphs', () => {
  it('passes on what is meant for the client', async () => {
    const { data, errors } = await library.ask('{ failingBook(how: "NOT_FOUND") { id } ok: __typename }');
    expect(data).toEqual({ failingBook: null, ok: 'Query' });
    expect(errors).toEqual([
      {
        message: 'You asked for NOT_FOUND.',
        path: ['failingBook'],
        extensions: { code: 'NOT_FOUND', reason: 'NOT_FOUND', requestId: expect.any(String) },
      },
    ]);
  });

  it('masks everything else', async () => {
    const { errors, headers } = await library.ask('{ failingBook(how: "bug") { id } }');
    expect(errors).toEqual([
      {
        message: 'Something went wrong on our side. Try again.',
        path: ['failingBook'],
        extensions: {
          code: 'INTERNAL_SERVER_ERROR',
          reason: 'INTERNAL_FAULT',
          requestId: headers.get('x-request-id'),
        },
      },
    ]);
  });
});

describe('operators', () => {
  it('tells that it lives, that it is ready, and how it does', async () => {
    const get = (path: string) => fetch(`${library.gateway.url}${path}`);
    expect((await get('/healthz')).status).toBe(200);
    await expect.poll(async () => (await get('/readyz')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain(
      'fitme_gateway_subgraph_fetch_duration_seconds_count{subgraph="books",outcome="ok"}',
    );
    expect((await get('/nothing')).status).toBe(404);
  });
});
