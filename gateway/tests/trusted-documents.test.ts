import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { EXECUTORS } from '#tests/executors.ts';
import { type Answer, type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';
import { makeManifest } from '../../scripts/operations/manifest.ts';
import { type DocumentManifest, openTrustedDocuments } from '../plugins/trusted-documents.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  const SCHEMA = buildSchema('type Query { book(id: ID!): Book } type Book { id: ID! title: String! }');
  const TITLE = 'query Title($id: ID!) { book(id: $id) { ...Text } } fragment Text on Book { title }';
  const manifestOf = (text: string) => makeManifest([{ path: 'app.graphql', text }], SCHEMA);
  const DATA = { book: { title: 'Book 7' } };
  const VARIABLES = { variables: { id: 7 } };
  const UNKNOWN = 'query Unknown { book(id: "7") { title } }';

  let folder: string;
  let enforcing: Library;
  let logging: Library;
  let title: DocumentManifest['operations'][number];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'documents-'));
    const manifest = manifestOf(TITLE);
    [title] = manifest.operations as [typeof title];
    const start = async (mode: string) => {
      await writeManifest(mode, JSON.stringify(manifest));
      return startLibrary({
        ENGINE,
        TRUSTED_DOCUMENTS: mode,
        TRUSTED_DOCUMENTS_FILE: fileOf(mode),
      });
    };
    enforcing = await start('enforce');
    logging = await start('log');
  });
  afterAll(async () => {
    await Promise.all([enforcing?.close(), logging?.close()]);
    await rm(folder, { recursive: true });
  });

  const fileOf = (mode: string) => join(folder, `${mode}.json`);
  async function writeManifest(mode: string, text: string): Promise<void> {
    await writeFile(`${fileOf(mode)}.next`, text);
    await rename(`${fileOf(mode)}.next`, fileOf(mode));
  }

  async function post({ gateway }: Library, body: object): Promise<Answer> {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
  }

  async function countOf({ gateway }: Library, series: string): Promise<number> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`fitme_gateway_${series} `));
    return Number(line?.split(' ')[1] ?? 0);
  }

  const persisted = (sha256Hash: string) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash } },
  });

  describe.each(['enforce', 'log'])('a trusted document, where the mode is %s,', (mode) => {
    const library = () => (mode === 'enforce' ? enforcing : logging);
    it.each([
      ['as Apollo clients name it', () => persisted(title.id)],
      ['by the proposal', () => ({ documentId: `sha256:${title.id}` })],
      ['by its bare id', () => ({ documentId: title.id })],
      ['by its text', () => ({ query: title.body })],
    ])('is run: %s', async (_how, body) => {
      expect(await post(library(), { ...body(), ...VARIABLES })).toMatchObject({ status: 200, data: DATA });
    });

    it('is run by GET', async () => {
      const parameters = new URLSearchParams({ documentId: title.id, variables: '{"id":7}' });
      const response = await fetch(`${library().gateway.url}/graphql?${parameters}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });
      expect(await response.json()).toEqual({ data: DATA });
    });
  });

  describe('where trusted documents are enforced', () => {
    it.each([
      ['a document of its own', { query: UNKNOWN }, 403, 'QUERY_NOT_IN_SAFELIST'],
      ['a trusted one that was changed', { query: `${TITLE} #` }, 403, 'QUERY_NOT_IN_SAFELIST'],
      ['introspection', { query: '{ __schema { types { name } } }' }, 403, 'QUERY_NOT_IN_SAFELIST'],
      ['an unknown id', { documentId: 'unknown' }, 404, 'PERSISTED_QUERY_NOT_IN_LIST'],
      ['an unknown hash', persisted('0'.repeat(64)), 404, 'PERSISTED_QUERY_NOT_IN_LIST'],
      [
        'a document under the id of no trusted one',
        { query: UNKNOWN, ...persisted('0'.repeat(64)) },
        403,
        'QUERY_NOT_IN_SAFELIST',
      ],
    ])('a client is refused %s', async (_what, body, status, code) => {
      expect(await post(enforcing, body)).toMatchObject({ status, errors: [{ extensions: { code } }] });
    });

    it('runs the trusted document and none that comes with its id', async () => {
      const body = { query: 'mutation { renameBook(id: "7", title: "Mine") { title } }', ...VARIABLES };
      expect(await post(enforcing, { ...body, ...persisted(title.id) })).toMatchObject({ data: DATA });
      expect(enforcing.shelves.titles.has('7')).toBe(false);
    });

    it('refuses over sockets what it refuses over HTTP', async () => {
      const socket = await connectSocket(enforcing.gateway.url, await enforcing.issuer.token('ann'));
      try {
        const ask = (query: string, extensions = {}) =>
          socket.operate(query, VARIABLES.variables, extensions).message();
        expect(await ask('', persisted(title.id).extensions)).toMatchObject({ payload: { data: DATA } });
        for (const [query, code] of [
          [UNKNOWN, 'QUERY_NOT_IN_SAFELIST'],
          ['subscription { countsChanged { viewer { id } } }', 'QUERY_NOT_IN_SAFELIST'],
        ] as const)
          expect(await ask(query)).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
      } finally {
        await socket.close();
      }
    });

    it('takes a changed manifest, and keeps it where the next is broken', async () => {
      const [other] = manifestOf('query Other { book(id: "7") { id } }').operations;
      const ask = () => post(enforcing, { documentId: other?.id });
      expect((await ask()).status).toBe(404);
      await writeManifest(
        'enforce',
        JSON.stringify(manifestOf(`${TITLE} query Other { book(id: "7") { id } }`)),
      );
      await expect.poll(async () => (await ask()).status).toBe(200);
      const refused = 'trusted_documents_reloads_total{outcome="refused"}';
      for (const [index, broken] of [
        '{"format": ',
        '{"format":"other","version":1,"operations":[]}',
        JSON.stringify({
          ...manifestOf(TITLE),
          operations: ['{ a }', '{ b }'].map((body) => ({ id: '1', name: 'A', type: 'query', body })),
        }),
      ].entries()) {
        await writeManifest('enforce', broken);
        await expect.poll(() => countOf(enforcing, refused)).toBe(index + 1);
      }
      expect(await ask()).toMatchObject({ data: { book: { id: '7' } } });
    });
  });

  describe('where trusted documents are logged', () => {
    it('runs others and counts them by name', async () => {
      const series = 'untrusted_operations_total{operation="Unknown"}';
      expect(await countOf(logging, series)).toBe(0);
      for (let time = 1; time <= 2; time += 1)
        expect(await post(logging, { query: UNKNOWN })).toMatchObject({ data: DATA });
      expect(await countOf(logging, series)).toBe(2);
      expect(await countOf(logging, 'untrusted_operations_total{operation="Title"}')).toBe(0);
    });

    it('keeps persisted queries', async () => {
      expect(await post(logging, persisted('0'.repeat(64)))).toMatchObject({
        errors: [{ message: 'PersistedQueryNotFound' }],
      });
    });
  });

  it('opens no broken manifest', async () => {
    await writeManifest('broken', '{}');
    const starting = openTrustedDocuments({
      file: fileOf('broken'),
      log: createLogger({ level: 'silent', name: 'documents' }),
      metrics: createMetrics({ process: false }),
    });
    await expect(starting).rejects.toThrow(/broken\.json is no manifest.*npm run operations/);
  });
});
