import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({ SUBGRAPH_MAX_RESPONSE_BYTES: '10000' });
});
afterAll(() => library.close());

const SLOW = { query: '{ slowBook { title } }' };

it('cancels a subgraph when the client leaves, long before the time is over', async () => {
  const client = new AbortController();
  const answer = fetch(`${library.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(SLOW),
    signal: client.signal,
  });
  await expect.poll(() => library.shelves.slowReads.size).toBe(1);
  const [read] = library.shelves.slowReads;
  client.abort();
  await expect(answer).rejects.toThrow();
  expect(await read?.cancelled).toMatchObject({ code: 'CANCELLED' });
});

it('gives a part up when its time is over, and says which', async () => {
  const { data, errors } = await library.ask('{ slowBook { title } book(id: "1") { reviews { id } } }', {
    headers: { 'x-timeout-ms': '3000' },
  });
  expect(data).toEqual({ slowBook: null, book: null });
  expect(errors).toMatchObject([{ path: ['slowBook'], extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  await expect.poll(() => library.shelves.slowReads.size).toBe(0);
});

it('refuses a response that is too large', async () => {
  const { data, errors } = await library.ask('{ filler(length: 20000) }');
  expect(data).toEqual({ filler: null });
  expect(errors).toMatchObject([{ path: ['filler'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  expect((await library.ask('{ filler(length: 10) }')).errors).toBeUndefined();
});

it('answers what it can while a subgraph is dead', async () => {
  await library.reviews.close();
  const { status, data, errors } = await library.ask('{ books(first: 2) { title reviews { text } } }', {
    headers: { authorization: `Bearer ${await library.issuer.token('ada', { scopes: ['books:read'] })}` },
  });
  expect([status, data]).toEqual([
    200,
    {
      books: [
        { title: 'Book 0', reviews: null },
        { title: 'Book 1', reviews: null },
      ],
    },
  ]);
  expect(errors).toEqual([
    {
      message: 'This part is unavailable right now. Try again.',
      path: ['books', 0, 'reviews'],
      extensions: {
        code: 'SUBGRAPH_UNAVAILABLE',
        reason: 'SUBGRAPH_UNREACHABLE',
        requestId: expect.any(String),
      },
    },
  ]);
});
