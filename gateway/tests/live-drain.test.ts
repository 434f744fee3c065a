import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';
import type { Gateway } from '../server.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({ SUPERGRAPH_BREAKING: 'allow', LIVE_DRAIN_MS: '500' });
});
afterAll(() => library.close());

const EVENTS = /* GraphQL */ `
  subscription ($shelf: ID!, $after: String) {
    e: shelfEvents(shelfId: $shelf, after: $after) { cursor book { id } }
  }
`;

interface Told {
  data: { e: { cursor: string; book: { id: string } } };
}

/** A client of graphql-ws that resumes with its cursor, at whichever gateway is asked for then. */
async function follow(urlOf: () => string, shelf: string) {
  const books: string[] = [];
  const closes: { code: number; at: number }[] = [];
  const token = await library.issuer.token(randomUUID());
  let after: string | undefined;
  let isOver = false;
  const client = createClient({
    url: () => `${urlOf().replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
    on: { closed: (event) => closes.push({ code: (event as CloseEvent).code, at: Date.now() }) },
  });
  const once = () =>
    new Promise<void>((resolve) => {
      client.subscribe<Told['data']>(
        { query: EVENTS, variables: { shelf, after } },
        {
          next(result) {
            const { e } = (result as Told).data;
            after = e.cursor;
            books.push(e.book.id);
          },
          error: () => resolve(),
          complete: resolve,
        },
      );
    });
  void (async () => {
    while (!isOver) await once();
  })();
  return {
    books,
    closes,
    async close() {
      isOver = true;
      await client.dispose();
    },
  };
}

/** Appends books 1, 2, 3 ... until it is stopped; answers how many. */
function appendOn(shelf: string) {
  let appended = 0;
  let isOver = false;
  const appending = (async () => {
    while (!isOver) {
      appended += 1;
      const subjects = { book: String(appended) };
      await library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects });
    }
  })();
  return {
    count: () => appended,
    async stop() {
      isOver = true;
      await appending;
      return appended;
    },
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

describe('a gateway that shuts down', () => {
  it('sends its clients elsewhere one after the other, and they lose nothing', async () => {
    const [leaving, staying] = [await library.startGateway(), await library.startGateway()];
    let target: Gateway = leaving;
    const shelf = randomUUID();
    const followers = await Promise.all(Array.from({ length: 25 }, () => follow(() => target.url, shelf)));
    await expect.poll(() => leaving.live().subscriptions).toBe(25);
    const appending = appendOn(shelf);
    await expect.poll(() => followers.every(({ books }) => books.length > 0)).toBe(true);
    target = staying;
    await leaving.close();
    await expect.poll(() => staying.live().subscriptions).toBe(25);
    const appended = await appending.stop();
    await expect.poll(() => followers.every(({ books }) => books.length >= appended)).toBe(true);
    for (const { books } of followers) expect(books).toEqual(upTo(appended));

    const closes = followers.flatMap(({ closes: own }) => own);
    expect(closes.map(({ code }) => code)).toEqual(Array.from({ length: 25 }, () => 1001));
    const times = closes.map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(250);
    await Promise.all(followers.map((follower) => follower.close()));
    await staying.close();
  });

  it('leaves nothing behind: no socket, timer, channel or call', async () => {
    const resources = () => process.getActiveResourcesInfo().toSorted();
    const before = resources();
    const gateway = await library.startGateway();
    const sockets = await Promise.all(
      Array.from({ length: 10 }, async () =>
        connectSocket(gateway.url, await library.issuer.token(randomUUID())),
      ),
    );
    for (const socket of sockets) {
      socket.operate(EVENTS, { shelf: randomUUID() });
      socket.operate('subscription { countsChanged { viewer { id } } }');
    }
    await expect.poll(() => gateway.live().subscriptions).toBe(20);
    await gateway.close();
    expect(gateway.live()).toMatchObject({ connections: 0, subscriptions: 0, topics: 0, channels: 0 });
    await Promise.all(sockets.map(({ closed }) => closed));
    await expect.poll(() => resources().length).toBeLessThanOrEqual(before.length);
  });
});

describe('a new supergraph', () => {
  it('takes over what runs: nothing is lost or comes twice, over many of them', async () => {
    const shelf = randomUUID();
    const followers = await Promise.all(
      Array.from({ length: 10 }, () => follow(() => library.gateway.url, shelf)),
    );
    await expect.poll(() => library.gateway.live().subscriptions).toBe(10);
    const appending = appendOn(shelf);
    const before = await reloads();
    for (let reload = 1; reload <= 5; reload += 1) {
      await library.replaceSupergraph(await library.compose(reload % 2 === 1 ? 'pages: Int' : ''));
      await expect.poll(reloads).toBe(before + reload);
    }
    const moved = appending.count();
    await expect.poll(appending.count).toBeGreaterThan(moved + 20);
    const appended = await appending.stop();
    await expect.poll(() => followers.every(({ books }) => books.length >= appended)).toBe(true);
    for (const { books, closes } of followers) {
      expect(books).toEqual(upTo(appended));
      expect(closes).toEqual([]);
    }
    await Promise.all(followers.map((follower) => follower.close()));
  });

  it('is what runs obeys from then on', async () => {
    const socket = await connectSocket(library.gateway.url, await library.issuer.token(randomUUID()));
    const shelf = randomUUID();
    const running = socket.operate(
      'subscription ($shelf: ID!) { e: shelfEvents(shelfId: $shelf) { book { sequel { id } } } }',
      { shelf },
    );
    const refused = socket.operate('subscription ($shelf: ID!) { reviewAdded(shelfId: $shelf) { kind } }', {
      shelf,
    });
    await expect.poll(() => library.gateway.live().subscriptions).toBe(2);
    const composed = await library.compose();
    const before = await reloads();
    await library.replaceSupergraph(
      composed
        .replace(/(sequel: Book)/, '$1 @requiresScopes(scopes: [["sequels"]])')
        .replace(/reviewAdded\(.*\): ShelfEvent!.*\n/, '\n'),
    );
    await expect.poll(reloads).toBe(before + 1);
    expect(await refused.next()).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED', cursor: expect.any(String) } }],
    });
    expect(await refused.message()).toMatchObject({ type: 'complete' });
    const codes: unknown[] = [];
    while (codes.at(-1) !== 'FORBIDDEN') {
      await library.live.append(`library.shelf.${shelf}`, {
        kind: 'library.book-added',
        subjects: { book: '1' },
      });
      codes.push((await running.next()).errors?.[0]?.extensions['code']);
    }
    await socket.close();
  });
});

async function reloads(): Promise<number> {
  const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
  return Number(/supergraph_reloads_total\{outcome="loaded"\} (\d+)/.exec(text)?.[1] ?? 0);
}
