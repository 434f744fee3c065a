import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({ GRAPHIQL: 'true' });
});
afterAll(() => library.close());

const get = (headers: Record<string, string>) => fetch(`${library.gateway.url}/`, { headers });

it('answers browsers, once', async () => {
  const first = await get({ accept: 'text/html' });
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const again = await get({ accept: 'text/html', 'if-none-match': first.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
});

it('tells others where the graph is', async () => {
  const response = await get({ accept: 'application/json' });
  expect([response.status, await response.text()]).toEqual([406, expect.stringContaining('/graphql')]);
});
