import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type CutOff, createCutOff } from '#tests/fixtures/cut-off.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { PATIENCE } from '#tests/patience.ts';

let redis: Redis;
let cutOff: CutOff;
let library: Library;

beforeAll(async () => {
  // A database that no other test has answers in.
  const redisUrl = `${inject('redisUrl').replace(/\/\d*$/, '')}/2`;
  redis = new Redis(redisUrl);
  await redis.flushdb();
  cutOff = await createCutOff(redisUrl);
  library = await startLibrary({
    ENGINE: 'compiled',
    RESPONSE_CACHE: 'true',
    RESPONSE_CACHE_MAX_BYTES: '2000',
    REDIS_URL: cutOff.url,
    INTROSPECTION: 'true',
    SUBGRAPH_HEADERS: '{"*":["authorization","accept-language"]}',
  });
  // From then on it hears of changes.
  await vi.waitFor(
    async () => expect(await redis.exists('fitme:{answers}:position:library')).toBe(1),
    PATIENCE,
  );
});
afterAll(async () => {
  await library?.close();
  await cutOff?.close();
  redis?.disconnect();
});

let books = 0;
/** No two tests ask for the same book. */
let id: string;
beforeEach(() => {
  books += 1;
  id = `cached-${process.pid}-${books}`;
});

const query = () => `{ book(id: "${id}") { title } }`;
const keysOf = (pattern: string) => redis.keys(`fitme:{answers}:${pattern}`);

async function countOf(outcome: string): Promise<number> {
  const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
  return Number(new RegExp(`response_cache_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

/** How many requests reach the subgraph while it runs. */
async function requestsDuring(run: () => Promise<unknown>): Promise<number> {
  const before = library.books.requests();
  await run();
  return library.books.requests() - before;
}

/** Asks until the answer comes from the cache. */
async function untilKept(text: string, options?: Parameters<Library['ask']>[1]): Promise<void> {
  await expect.poll(() => requestsDuring(() => library.ask(text, options))).toBe(0);
}

describe('a public query', () => {
  it('is fetched once, and kept for as long as the schema says', async () => {
    const first = await library.ask(query());
    expect(first.headers.get('cache-control')).toBe('public, max-age=60');
    await untilKept(query());
    const second = await library.ask(query());
    expect(second.data).toEqual(first.data);
    expect(second.headers.get('cache-control')).toMatch(/^public, max-age=\d\d$/);
    expect(second.headers.get('vary')).toContain('authorization');
    // However it is formatted, and over GET.
    expect(await requestsDuring(() => library.ask(`{book(id:"${id}"){title}} # mine`))).toBe(0);
  });

  it('is kept by its variables and its operation', async () => {
    const text = 'query A($id: ID!) { book(id: $id) { title } } query B($id: ID!) { book(id: $id) { id } }';
    const ask = (operationName: string, book: string) =>
      fetch(`${library.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text, operationName, variables: { id: book } }),
      }).then((response) => response.json());
    for (let time = 1; time <= 2; time += 1) {
      expect(await ask('A', id)).toEqual({ data: { book: { title: `Book ${id}` } } });
      expect(await ask('B', id)).toEqual({ data: { book: { id } } });
      expect(await ask('A', `${id}-b`)).toEqual({ data: { book: { title: `Book ${id}-b` } } });
    }
  });

  it('tells a variable that is left out from one that is null', async () => {
    const text = 'query Q($first: Int = 2) { books(first: $first) { title } }';
    const headers = await reader();
    const lengthFor = async (variables: object) => {
      const { data } = await library.ask(text, { headers, variables });
      return (data as { books: object[] }).books.length;
    };
    expect([await lengthFor({}), await lengthFor({ first: 3 }), await lengthFor({})]).toEqual([2, 3, 2]);
  });

  it('is kept by the headers that reach a subgraph', async () => {
    const text = '{ header(name: "accept-language") }';
    const ask = async (language: string) =>
      (await library.ask(text, { headers: { 'accept-language': language } })).data;
    for (let time = 1; time <= 2; time += 1) {
      expect(await ask('de')).toEqual({ header: 'de' });
      expect(await ask('fr')).toEqual({ header: 'fr' });
    }
  });
});

async function reader(scopes = ['books:read']): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await library.issuer.token('ann', { scopes })}` };
}

describe('what only some may read', () => {
  const text = '{ books(first: 4) { title } }';

  it('is kept for those who may, and for nobody else', async () => {
    const headers = await reader();
    const { headers: answered } = await library.ask(text, { headers });
    expect(answered.get('cache-control')).toBe('private, max-age=30');
    await untilKept(text, { headers });
    const other = {
      authorization: `Bearer ${await library.issuer.token('bob', { scopes: ['books:read'] })}`,
    };
    expect(await requestsDuring(() => library.ask(text, { headers: other }))).toBe(0);
    for (const refused of [{}, await reader(['other'])]) {
      const answer = await library.ask(text, { headers: refused });
      expect(answer.data ?? null).toBeNull();
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('not kept', () => {
  it.each([
    ['a field that says nothing', () => `{ book(id: "${id}") { sequel { title } } }`],
    ['a scalar of another subgraph', () => `{ book(id: "${id}") { title reviews { text } } }`],
    ['a scalar of an entity in another subgraph', () => `{ book(id: "${id}") { author { reviewCount } } }`],
    ['what is private', () => '{ ownBook { title } }'],
    ['private beside public', () => `{ book(id: "${id}") { title } ownBook { id } }`],
    [
      'a fragment that is not public',
      () => `{ book(id: "${id}") { ...F } } fragment F on Book { sequel { id } }`,
    ],
    ['an answer with errors', () => '{ failingBook(how: "NOT_FOUND") { title } }'],
    ['what is not there', () => '{ book(id: "none") { title } }'],
    ['what is too long', () => '{ filler(length: 3000) }'],
  ])('%s', async (_what, text) => {
    for (let time = 1; time <= 2; time += 1) {
      expect(await requestsDuring(() => library.ask(text()))).toBeGreaterThan(0);
      expect((await library.ask(text())).headers.get('cache-control')).toBe('no-store');
    }
  });

  it('introspection', async () => {
    const { headers } = await library.ask(`{ __schema { queryType { name } } book(id: "${id}") { id } }`);
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('an entity that changes', () => {
  const rename = (title: string, selection = '{ id }') =>
    library.ask(`mutation { renameBook(id: "${id}", title: "${title}") ${selection} }`);
  const titleOf = async () => (await library.ask(query())).data?.['book'];

  it('is read anew by its writer at once, whatever the mutation answers of it', async () => {
    await untilKept(query());
    await rename('Second', '{ title }');
    expect(await titleOf()).toEqual({ title: 'Second' });
    await untilKept(query());
    await rename('Third', '{ book: __typename }');
    expect(await titleOf()).toEqual({ title: 'Third' });
  });

  it('is read anew by everybody within 2 s of its event', async () => {
    await untilKept(query());
    library.shelves.titles.set(id, 'Changed elsewhere');
    expect(await titleOf()).toEqual({ title: `Book ${id}` });
    await library.live.eventLog.append('library.book-renamed', id);
    await expect.poll(titleOf, { interval: 20 }).toEqual({ title: 'Changed elsewhere' });
  });

  it('is read anew though the wake-up was lost', async () => {
    await untilKept(query());
    library.shelves.titles.set(id, 'Unheard');
    await library.live.eventLog.append('library.book-renamed', id, false);
    await expect.poll(titleOf).toEqual({ title: 'Unheard' });
  });

  it('takes nothing along that does not hold it', async () => {
    const other = `{ book(id: "${id}-other") { title } }`;
    await untilKept(query());
    await untilKept(other);
    await library.live.eventLog.append('library.book-renamed', id);
    await expect.poll(() => keysOf(`changed:Book:${id}`)).toHaveLength(1);
    expect(await requestsDuring(() => library.ask(other))).toBe(0);
    await library.live.eventLog.append('library.book-lent', `${id}-other`);
    await library.live.eventLog.append('library.book-renamed', `${id}-third`);
    await expect.poll(() => keysOf(`changed:Book:${id}-third`)).toHaveLength(1);
    expect(await requestsDuring(() => library.ask(other))).toBe(0);
  });

  it('is not kept as it was before, by a query that was under way meanwhile', async () => {
    const asking = library.ask('{ slowBook { title } }');
    await expect.poll(() => library.shelves.slowReads.size).toBe(1);
    await library.live.eventLog.append('library.book-renamed', 'slow');
    await expect.poll(() => keysOf('changed:Book:slow')).toHaveLength(1);
    const before = await keysOf('entries:Book:slow');
    for (const read of library.shelves.slowReads) read.release();
    expect((await asking).data).toEqual({ slowBook: { title: 'A slow book' } });
    expect([before, await keysOf('entries:Book:slow')]).toEqual([[], []]);
    await redis.del('fitme:{answers}:changed:Book:slow');
  });

  it('is forgotten with all others where the history of events was lost', async () => {
    await untilKept(query());
    library.shelves.titles.set(id, 'After the restore');
    library.live.eventLog.loseHistory();
    await expect.poll(titleOf).toEqual({ title: 'After the restore' });
  });
});

describe('many who ask for the same at a time', () => {
  it('are answered by one fetch', async () => {
    const requests = await requestsDuring(async () => {
      const asking = Array.from({ length: 50 }, () => library.ask('{ slowBook { title } }'));
      await expect.poll(() => library.shelves.slowReads.size).toBe(1);
      for (const read of library.shelves.slowReads) read.release();
      for (const { data } of await Promise.all(asking))
        expect(data).toEqual({ slowBook: { title: 'A slow book' } });
    });
    expect(requests).toBe(1);
    expect(await countOf('shared')).toBeGreaterThan(0);
  });
});

describe('without Redis', () => {
  it('every query runs, and none fails', async () => {
    await untilKept(query());
    const before = await countOf('redis_away');
    cutOff.cut();
    try {
      for (let time = 1; time <= 2; time += 1) {
        const { data, errors } = await library.ask(query());
        expect({ data, errors }).toEqual({ data: { book: { title: `Book ${id}` } }, errors: undefined });
      }
      expect(await requestsDuring(() => library.ask(query()))).toBe(1);
      const renamed = await library.ask(`mutation { renameBook(id: "${id}", title: "Away") { title } }`);
      expect(renamed.data).toEqual({ renameBook: { title: 'Away' } });
      expect(await countOf('redis_away')).toBeGreaterThan(before);
      await library.live.eventLog.append('library.book-renamed', id, false);
    } finally {
      cutOff.restore();
    }
    // What changed meanwhile is heard of when Redis is back.
    await expect.poll(async () => (await library.ask(query())).data).toEqual({ book: { title: 'Away' } });
  });
});
