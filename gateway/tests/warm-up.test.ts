import { afterEach, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

let library: Library;

afterEach(() => library.close());

const HOT = 'query Hot { book(id: "1") { title reviews { text } } }';
const COLD = 'query Cold { book(id: "2") { title } }';

it('plans what is used most before a new supergraph is served, and nothing of it afterwards', async () => {
  await start({ SUPERGRAPH_WARM_OPERATIONS: '1' });
  await library.ask(COLD);
  for (let time = 0; time < 3; time += 1) await library.ask(HOT);
  expect(await plans()).toEqual({ request: 2, reload: 0 });
  await replace('pages: Int');
  expect(await plans()).toEqual({ request: 2, reload: 1 });
  expect((await library.ask(HOT)).errors).toBeUndefined();
  expect(await plans()).toEqual({ request: 2, reload: 1 });
  await library.ask(COLD);
  expect(await plans()).toEqual({ request: 3, reload: 1 });
});

it('remembers over a second supergraph what was used under the first', async () => {
  await start();
  for (let time = 0; time < 3; time += 1) await library.ask(HOT);
  await replace('pages: Int');
  await replace('pages: Int isbn: String');
  await library.ask(HOT);
  expect(await plans()).toEqual({ request: 1, reload: 2 });
});

it('plans for the switches that were on', async () => {
  await start();
  const ask = (brief: boolean) =>
    library.ask('query ($brief: Boolean!) { book(id: "1") { title reviews @skip(if: $brief) { text } } }', {
      variables: { brief },
    });
  await ask(true);
  await ask(false);
  await replace('pages: Int');
  expect(await plans()).toEqual({ request: 2, reload: 2 });
  expect((await ask(true)).data).toEqual({ book: { title: 'Book 1' } });
  expect((await ask(false)).errors).toBeUndefined();
  expect(await plans()).toEqual({ request: 2, reload: 2 });
});

it('drops what is valid no more, without a word', async () => {
  await start({ SUPERGRAPH_BREAKING: 'allow' });
  await replace('pages: Int');
  const gone = '{ book(id: "1") { pages title } }';
  await library.ask(gone);
  await library.ask(HOT);
  await replace('');
  expect(await plans()).toEqual({ request: 2, reload: 1 });
  const { status, errors } = await library.ask(gone);
  expect([status, errors?.[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  expect((await library.ask(HOT)).status).toBe(200);
});

it('warms nothing where it is told so', async () => {
  await start({ SUPERGRAPH_WARM_OPERATIONS: '0' });
  await library.ask(HOT);
  await replace('pages: Int');
  await library.ask(HOT);
  expect(await plans()).toEqual({ request: 2, reload: 0 });
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  library = await startLibrary({ ENGINE: 'compiled', ...environment });
}

/** With these further fields of a book. */
async function replace(fields: string): Promise<void> {
  const before = await counter('supergraph_reloads_total', 'outcome="loaded"');
  await library.replaceSupergraph(await library.compose(fields));
  await expect.poll(() => counter('supergraph_reloads_total', 'outcome="loaded"')).toBe(before + 1);
}

async function plans() {
  return {
    request: await counter('plans_total', 'cause="request"'),
    reload: await counter('plans_total', 'cause="reload"'),
  };
}

async function counter(name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
  return Number(new RegExp(`fitme_gateway_${name}\\{${labels}\\} (\\d+)`).exec(text)?.[1] ?? 0);
}
