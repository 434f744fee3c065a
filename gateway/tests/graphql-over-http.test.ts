import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Audit, serverAudits } from 'graphql-http';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let library: Library;

  beforeAll(async () => {
    library = await startLibrary({ ENGINE, INTROSPECTION: 'true', COMPRESS_FROM_BYTES: '1000' });
  });
  afterAll(() => library?.close());

  const url = () => `${library.gateway.url}/graphql`;
  /** Any page could make a browser send what the audits send by GET. */
  const fetchFn: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': 'true' } });

  describe('the audits of graphql-http', () => {
    it.each(serverAudits({ url, fetchFn }).map(({ name, fn }) => [name, fn] as const))(
      '%s',
      async (_name, audit: Audit['fn']) => {
        const result = await audit();
        expect(result).not.toHaveProperty('reason');
        expect(result.status).toBe('ok');
      },
    );
  });

  describe('statuses', () => {
    const post = (query: string, accept: string) =>
      fetch(url(), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query }),
      });
    it.each([
      ['application/graphql-response+json', '{', 400],
      ['application/json', '{', 200],
      ['*/*', '{', 400],
      ['application/graphql-response+json;q=0.5, application/json', '{ nothing }', 200],
      ['application/graphql-response+json, application/json;q=0.9', '{ nothing }', 400],
      ['text/html', '{ __typename }', 406],
      ['application/json;q=0', '{ __typename }', 406],
      ['constructor', '{ __typename }', 406],
      ['application/graphql-response+json', '{ failingBook(how: "NOT_FOUND") { id } }', 200],
    ])('answers %s for %s with %d', async (accept, query, status) => {
      const response = await post(query, accept);
      expect(response.status).toBe(status);
      expect(await response.json()).toBeTypeOf('object');
    });

    it.each([
      ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }, 415],
      ['UTF-8', { 'content-type': 'application/json; charset="UTF-8"' }, 200],
      ['no JSON', { 'content-type': 'application/xml' }, 415],
    ])('answers a body of %s with %d', async (_what, headers, status) => {
      const response = await fetch(url(), { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
      expect(response.status).toBe(status);
    });

    it('keeps the characters of all languages', async () => {
      const { data } = await library.ask('{ header(name: "x-none") book(id: "Øé→🏃") { id } }');
      expect(data).toMatchObject({ book: { id: 'Øé→🏃' } });
    });

    it('says what to send in place of a batch', async () => {
      const response = await fetch(url(), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify([{ query: '{ __typename }' }]),
      });
      const { errors } = (await response.json()) as { errors: { message: string }[] };
      expect([response.status, errors[0]?.message]).toEqual([
        400,
        expect.stringContaining('one operation a request'),
      ]);
    });
  });

  describe('compression', () => {
    const ask = async (length: number, accepted: string | undefined) => {
      const { headers, body } = await request(url(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(accepted !== undefined && { 'accept-encoding': accepted }),
        },
        body: JSON.stringify({ query: `{ filler(length: ${length}) }` }),
      });
      return { headers, bytes: Buffer.from(await body.arrayBuffer()) };
    };
    const plain = (bytes: Buffer) => bytes;

    it.each([
      [undefined, undefined, plain],
      ['identity', undefined, plain],
      ['gzip', 'gzip', gunzipSync],
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['br;q=0, gzip;q=0.1', 'gzip', gunzipSync],
      ['*', 'br', brotliDecompressSync],
      ['*;q=0', undefined, plain],
      ['zstd', undefined, plain],
    ])('answers a client that accepts %s with %s', async (accepted, encoding, decode) => {
      const { headers, bytes } = await ask(5_000, accepted);
      expect(headers['content-encoding']).toBe(encoding);
      expect(headers.vary).toContain('accept-encoding');
      expect(Number(headers['content-length'])).toBe(bytes.length);
      expect(JSON.parse(decode(bytes).toString('utf8'))).toEqual({ data: { filler: 'x'.repeat(5_000) } });
    });

    it('leaves small answers as they are', async () => {
      const { headers, bytes } = await ask(100, 'gzip, br');
      expect(headers['content-encoding']).toBeUndefined();
      expect(JSON.parse(bytes.toString('utf8'))).toEqual({ data: { filler: 'x'.repeat(100) } });
    });
  });
});
