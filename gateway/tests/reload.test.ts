import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';

let library: Library;

const RATE = 200;
const RELOADS = 20;

describe.each(['apollo', 'compiled'])('ENGINE=%s', (ENGINE) => {
  beforeAll(async () => {
    library = await startLibrary({ ENGINE, INTROSPECTION: 'true', SUPERGRAPH_BREAKING: 'allow' });
  });
  afterAll(() => library.close());

  it(`replaces the supergraph ${RELOADS} times at ${RATE} requests a second without one failure`, async () => {
    const load = startLoad(library.gateway.url);
    const versions = await Promise.all(['', 'pages: Int'].map((fields) => library.compose(fields)));
    for (let reload = 1; reload <= RELOADS; reload += 1) {
      await library.replaceSupergraph(versions[reload % 2] ?? '');
      await expect.poll(() => reloads('loaded'), { interval: 20 }).toBe(reload);
    }
    const { answered, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(RELOADS * 10);
  });

  it('serves the new supergraph', async () => {
    const fields = async () => {
      const { data } = await library.ask('{ __type(name: "Book") { fields { name } } }');
      return JSON.stringify(data);
    };
    expect(await fields()).not.toContain('isbn');
    await library.replaceSupergraph(await library.compose('isbn: String'));
    await expect.poll(fields).toContain('isbn');
  });

  it.each([
    ['no SDL', () => 'this is no supergraph'],
    ['no supergraph', () => 'type Query { a: Int }'],
    [
      'a live field without topic',
      async () => (await library.compose()).replaceAll(/@topic\(name[^)]*\)/g, ''),
    ],
    ['a topic of no argument', async () => (await library.compose()).replaceAll('{shelfId}', '{nothing}')],
  ])('refuses %s, and keeps what it has', async (_name, sdl) => {
    const before = await reloads('refused');
    await library.replaceSupergraph(await sdl());
    await expect.poll(() => reloads('refused')).toBe(before + 1);
    expect((await library.ask('{ book(id: "1") { title } }')).data).toEqual({ book: { title: 'Book 1' } });
  });
});

async function reloads(outcome: string): Promise<number> {
  const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
  return Number(new RegExp(`supergraph_reloads_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

/** Sends requests at a fixed rate, whatever becomes of them. */
function startLoad(url: string) {
  const pool = new Pool(url, { connections: 50 });
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  let answered = 0;
  let sent = 0;
  const startedAt = performance.now();

  async function send(): Promise<void> {
    try {
      const { statusCode, body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ book(id: "7") { title reviews { text } } }' }),
      });
      const answer = (await body.json()) as { errors?: unknown };
      if (statusCode !== 200 || answer.errors !== undefined) failures.push(answer);
      else answered += 1;
    } catch (error) {
      failures.push(error);
    }
  }

  // Timers come late on a busy machine: what is missing is sent at once.
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * RATE) / 1_000;
    for (; sent < due; sent += 1) {
      const request = send().finally(() => running.delete(request));
      running.add(request);
    }
  }, 1_000 / RATE);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      await pool.close();
      return { answered, failures };
    },
  };
}
