import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { type CutOff, createCutOff } from '#tests/fixtures/cut-off.ts';
import { type Answer, type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let cutOff: CutOff;
  /** Two replicas of a gateway. */
  let first: Library;
  let second: Library;
  let redis: Redis;

  beforeAll(async () => {
    redis = new Redis(inject('redisUrl'));
    cutOff = await createCutOff(inject('redisUrl'));
    first = await startLibrary({ ENGINE, REDIS_URL: cutOff.url });
    second = await startLibrary({ ENGINE, REDIS_URL: cutOff.url });
  });
  afterAll(async () => {
    await Promise.all([first?.close(), second?.close()]);
    await cutOff?.close();
    redis?.disconnect();
  });

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  const NOT_FOUND = {
    status: 200,
    errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  };
  const DATA = { book: { title: 'Book 7' } };
  /** No two tests share a document. */
  let documents = 0;
  const newDocument = () =>
    `query Persisted_${ENGINE}_${++documents}($id: ID! = 7) { book(id: $id) { title } }`;

  async function post({ gateway }: Library, body: object): Promise<Answer> {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  }

  async function get({ gateway }: Library, parameters: Record<string, string>): Promise<Answer> {
    const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(parameters)}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  }

  async function countOf({ gateway }: Library, outcome: string): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(
      new RegExp(`persisted_queries_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0,
    );
  }

  describe('a client that sends hashes', () => {
    it('sends a document once, and then its hash to any replica', async () => {
      const query = newDocument();
      const extensions = persisted(sha256(query));
      expect(await post(first, { extensions })).toMatchObject(NOT_FOUND);
      expect(await post(first, { query, extensions })).toMatchObject({ data: DATA });
      expect(await post(first, { extensions, variables: { id: 8 } })).toMatchObject({
        data: { book: { title: 'Book 8' } },
      });
      await expect.poll(() => redis.exists(`fitme:document:${sha256(query)}`)).toBe(1);
      expect(await redis.ttl(`fitme:document:${sha256(query)}`)).toBeGreaterThan(80_000);
      expect(await post(second, { extensions })).toMatchObject({ status: 200, data: DATA });
    });

    it('does so by GET', async () => {
      const query = newDocument();
      const extensions = JSON.stringify(persisted(sha256(query)));
      expect(await get(first, { extensions })).toMatchObject(NOT_FOUND);
      expect(await get(first, { query, extensions })).toMatchObject({ data: DATA });
      expect(await get(first, { extensions })).toMatchObject({ data: DATA });
    });

    it('is refused a mutation by GET, though it is known', async () => {
      const query = 'mutation Rename { renameBook(id: "gone", title: "By GET") { title } }';
      const extensions = persisted(sha256(query));
      await post(first, { query, extensions });
      first.shelves.titles.delete('gone');
      const refused = await get(first, { extensions: JSON.stringify(extensions) });
      expect(refused.status).toBe(405);
      expect(first.shelves.titles.has('gone')).toBe(false);
    });

    it('registers a document anew where Redis has lost it', async () => {
      const query = newDocument();
      const extensions = persisted(sha256(query));
      const key = `fitme:document:${sha256(query)}`;
      await post(first, { query, extensions });
      await expect.poll(() => redis.exists(key)).toBe(1);
      await redis.del(key);
      await post(first, { query, extensions });
      await expect.poll(() => redis.exists(key)).toBe(1);
    });
  });

  describe('over a socket', () => {
    it('a hash stands for its document', async () => {
      const socket = await connectSocket(first.gateway.url, await first.issuer.token('ann'));
      const ask = (query: string, extensions: object) => socket.operate(query, {}, extensions).message();
      try {
        const query = newDocument();
        const extensions = persisted(sha256(query));
        expect(await ask('', extensions)).toMatchObject({ type: 'error', payload: NOT_FOUND.errors });
        expect(await ask(query, extensions)).toMatchObject({ type: 'next', payload: { data: DATA } });
        expect(await ask('', extensions)).toMatchObject({ type: 'next', payload: { data: DATA } });
      } finally {
        await socket.close();
      }
    });

    it('a hash stands for a subscription', async () => {
      const socket = await connectSocket(first.gateway.url, await first.issuer.token('ann'));
      try {
        const query = 'subscription Shelf($id: ID!) { shelfEvents(shelfId: $id) { kind } }';
        const extensions = persisted(sha256(query));
        const shelf = { id: 'persisted' };
        const topic = `library.shelf.${shelf.id}`;
        const registering = socket.operate(query, shelf, extensions);
        await expect.poll(() => first.gateway.live().subscriptions).toBe(1);
        const known = socket.operate('', shelf, extensions);
        await expect.poll(() => first.gateway.live().subscriptions).toBe(2);
        await first.live.append(topic, { kind: 'library.book-added' });
        for (const operation of [registering, known])
          expect(await operation.next()).toEqual({ data: { shelfEvents: { kind: 'BOOK_ADDED' } } });
      } finally {
        await socket.close();
      }
    });
  });

  describe('refused', () => {
    it('a hash of another document, which is not kept', async () => {
      const [query, other] = [newDocument(), newDocument()];
      const extensions = persisted(sha256(other));
      expect(await post(first, { query, extensions })).toMatchObject({
        status: 400,
        errors: [
          { message: expect.stringContaining('is not the SHA-256'), extensions: { code: 'BAD_REQUEST' } },
        ],
      });
      expect(await post(first, { extensions })).toMatchObject(NOT_FOUND);
    });

    it('a document that is not valid, which is not kept', async () => {
      const query = '{ nothing }';
      const extensions = persisted(sha256(query));
      expect((await post(first, { query, extensions })).status).toBe(400);
      expect(await post(first, { extensions })).toMatchObject(NOT_FOUND);
    });

    it('what somebody else wrote into Redis', async () => {
      const hash = sha256(newDocument());
      await redis.set(`fitme:document:${hash}`, 'mutation { renameBook(id: "1", title: "Mine") { title } }');
      expect(await post(first, { extensions: persisted(hash) })).toMatchObject(NOT_FOUND);
    });

    it.each([
      [{ version: 2, sha256Hash: sha256('') }],
      [{ version: 1, sha256Hash: 'abc' }],
      [{}],
      ['text'],
      [1],
    ])('an extension of %o', async (persistedQuery) => {
      const answer = await post(first, { query: '{ __typename }', extensions: { persistedQuery } });
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    });
  });

  describe('without Redis', () => {
    it('a client sends documents again, and gets its answers', async () => {
      const query = newDocument();
      const extensions = persisted(sha256(query));
      const before = await countOf(first, 'redis_away');
      cutOff.cut();
      try {
        expect(await post(first, { extensions })).toMatchObject(NOT_FOUND);
        expect(await post(first, { query, extensions })).toMatchObject({ data: DATA });
        expect(await post(first, { extensions })).toMatchObject({ data: DATA });
        expect(await post(second, { extensions })).toMatchObject(NOT_FOUND);
        await expect.poll(() => countOf(first, 'redis_away')).toBeGreaterThanOrEqual(before + 2);
      } finally {
        cutOff.restore();
      }
    });

    it('works in one process, with no Redis in the configuration', async () => {
      const alone = await startLibrary({ ENGINE, AUTH: 'off', REDIS_URL: '' });
      try {
        const query = newDocument();
        const extensions = persisted(sha256(query));
        expect(await post(alone, { extensions })).toMatchObject(NOT_FOUND);
        expect(await post(alone, { query, extensions })).toMatchObject({ data: DATA });
        expect(await post(alone, { extensions })).toMatchObject({ data: DATA });
      } finally {
        await alone.close();
      }
    });
  });

  it('says that hashes are not supported where they are off', async () => {
    const off = await startLibrary({ ENGINE, PERSISTED_QUERIES: 'false' });
    try {
      expect(await post(off, { extensions: persisted(sha256('')) })).toMatchObject({
        errors: [
          { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } },
        ],
      });
    } finally {
      await off.close();
    }
  });
});
