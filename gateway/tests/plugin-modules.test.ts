import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

const EXAMPLE = 'gateway/plugins/examples/require-client-name.ts';
const QUERY = '{ book(id: "7") { title } }';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugins-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function moduleOf(name: string, source: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, source);
  return file;
}

describe.each(EXECUTORS)('ENGINE=%s, an operator’s own plugin', (ENGINE) => {
  let library: Library;
  let observer: string;

  beforeAll(async () => {
    observer = await moduleOf(
      `observer-${ENGINE}.mjs`,
      `export const answered = [];
       export default () => [
         { answered: (operation) => answered.push(operation) },
         { error: (error) => ({ ...error, message: error.message.toUpperCase() }) },
       ];`,
    );
    library = await startLibrary({ ENGINE, PLUGIN_MODULES: `${EXAMPLE},${observer}` });
  });
  afterAll(() => library?.close());

  it('refuses operations with a code and a status of its own', async () => {
    const { status, data, errors } = await library.ask(QUERY);
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', requestId: expect.any(String) } }]);
  });

  it('changes errors, after those in front of it', async () => {
    const { errors } = await library.ask(QUERY);
    expect(errors?.[0]?.message).toBe('SAY WHICH APPLICATION ASKS, IN THE HEADER X-CLIENT-NAME.');
  });

  it('adds to the answers of those that it lets pass', async () => {
    const answer = await library.ask(QUERY, { headers: { 'x-client-name': 'kiosk' } });
    expect(answer).toMatchObject({ data: { book: { title: 'Book 7' } }, extensions: { client: 'kiosk' } });
  });

  it('is called with each operation once it is answered', async () => {
    const { answered } = (await import(pathToFileURL(observer).href)) as { answered: object[] };
    answered.length = 0;
    await library.ask(`query Seventh ${QUERY}`, { headers: { 'x-client-name': 'kiosk' } });
    await library.ask('query Seventh { nothing }', { headers: { 'x-client-name': 'kiosk' } });
    expect(answered).toMatchObject([
      { type: 'query', name: 'Seventh', outcome: 'ok', errors: [], durationMs: expect.any(Number) },
      {
        type: undefined,
        outcome: 'refused',
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      },
    ]);
  });
});

it.each([
  ['no-such-file.mjs', undefined, /PLUGIN_MODULES: .*no-such-file.mjs cannot be loaded/],
  ['no-plugin.mjs', 'export default {};', /PLUGIN_MODULES: .*no-plugin.mjs takes a default export/],
])('keeps a gateway from starting: %s', async (name, source, fault) => {
  const file = source === undefined ? join(folder, name) : await moduleOf(name, source);
  const library = await startLibrary();
  try {
    await expect(library.startGateway({ PLUGIN_MODULES: file })).rejects.toThrow(fault);
  } finally {
    await library.close();
  }
});
