import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Answering,
  type FaultySubgraph,
  garbage,
  halfABody,
  hang,
  inTurn,
  reset,
  startFaultySubgraph,
  status,
  through,
} from '#tests/fixtures/faulty-subgraph.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

const BOOKS = '{ books(first: 2) { title reviews { text } } }';
const TITLES = [{ title: 'Book 0' }, { title: 'Book 1' }];
const UNREVIEWED = TITLES.map((book) => ({ ...book, reviews: null }));
const POLICY = {
  timeoutMs: 4_000,
  // What one test retries is not to be missed by the next.
  retriesPerSecond: 1_000,
  breakerMinRequests: 8,
  breakerWindowMs: 4_000,
  breakerOpenMs: 50,
};

const times = <Value>(count: number, make: () => Value) => Array.from({ length: count }, make);

describe.each(['apollo', 'compiled'])('with ENGINE=%s', (engine) => {
  let reviews: FaultySubgraph;
  let books: FaultySubgraph;
  let library: Library;
  let well: { reviews: Answering; books: Answering };
  let authorization: string;
  const askBooks = () => library.ask(BOOKS, { headers: { authorization } });

  beforeAll(async () => {
    [reviews, books] = await Promise.all([startFaultySubgraph(), startFaultySubgraph()]);
    library = await startLibrary({
      ENGINE: engine,
      SUBGRAPH_URLS: JSON.stringify({ reviews: reviews.url, books: books.url }),
      SUBGRAPH_POLICIES: JSON.stringify({ reviews: POLICY, books: { breakerMinRequests: 1_000 } }),
    });
    authorization = `Bearer ${await library.issuer.token('ada', { scopes: ['books:read'] })}`;
    well = { reviews: through(library.reviews.url), books: through(library.books.url) };
  });
  beforeEach(async () => {
    reviews.answering = well.reviews;
    books.answering = well.books;
    // Whatever the test before left: the gateway finds by itself that they answer again.
    await expect.poll(async () => (await askBooks()).errors).toBeUndefined();
    reviews.bodies = [];
    books.bodies = [];
  });
  afterAll(async () => {
    await library?.close();
    await Promise.all([reviews?.die(), books?.die()]);
  });

  it.each([
    ['is overloaded', status(503), 'SUBGRAPH_UNAVAILABLE'],
    ['resets connections', reset, 'SUBGRAPH_UNAVAILABLE'],
    ['answers half a body', halfABody, 'SUBGRAPH_UNAVAILABLE'],
    ['answers garbage', garbage, 'SUBGRAPH_UNAVAILABLE'],
    ['hangs', hang, 'DEADLINE_EXCEEDED'],
  ])('a subgraph that %s costs its own fields, and one error with its path', async (_what, fault, code) => {
    reviews.answering = fault;
    const { status: answered, data, errors } = await askBooks();
    expect([answered, data]).toEqual([200, { books: UNREVIEWED }]);
    expect(errors).toEqual([
      {
        message: expect.stringMatching(/^This part .* Try again\.$/),
        path: ['books', 0, 'reviews'],
        extensions: {
          code,
          reason: code === 'DEADLINE_EXCEEDED' ? 'DEADLINE_PASSED' : 'SUBGRAPH_UNREACHABLE',
          requestId: expect.any(String),
        },
      },
    ]);
  });

  it('a query survives a subgraph that fails once', async () => {
    reviews.answering = inTurn(reset, well.reviews);
    const { data, errors } = await askBooks();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ books: [{ reviews: [{ text: 'Review 0-a' }, {}] }, {}] });
    expect(reviews.bodies).toHaveLength(2);
  });

  it.each([
    ['resets the connection', reset],
    ['is overloaded', status(503, { 'retry-after': '0' })],
    ['answers half a body', halfABody],
  ])('a mutation is sent once to a subgraph that %s', async (_what, fault) => {
    books.answering = inTurn(fault, well.books);
    const { data, errors } = await library.ask('mutation { renameBook(id: "1", title: "T") { title } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['renameBook'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
    expect((await askBooks()).errors).toBeUndefined();
    const mutations = books.bodies.filter((body) => body.includes('renameBook'));
    expect([mutations.length, library.shelves.titles.get('1')]).toEqual([1, undefined]);
  });

  it('a subgraph killed under load costs no other field, is soon not asked any more, and comes back by itself', async () => {
    let isLoaded = true;
    const seen: string[] = [];
    const load = times(8, async () => {
      while (isLoaded) {
        const { data, errors = [] } = await askBooks();
        expect(data).toMatchObject({ books: TITLES });
        expect(errors.length).toBeLessThanOrEqual(1);
        seen.push(
          JSON.stringify(
            errors[0]?.extensions['retryAfterMs'] === undefined ? (errors[0]?.path ?? 'OK') : 'open',
          ),
        );
      }
    });
    for (let kill = 0; kill < 2; kill += 1) {
      await reviews.die();
      await expect.poll(() => seen.slice(-50)).toContain('"open"');
      await reviews.revive();
      await expect.poll(() => seen.slice(-20)).toEqual(times(20, () => '"OK"'));
    }
    isLoaded = false;
    await Promise.all(load);
    expect(new Set(seen)).toEqual(new Set(['"OK"', '"open"', '["books",0,"reviews"]']));
  });
});
