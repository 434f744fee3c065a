import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';

let library: Library;
let socket: SocketClient;

/** The slow poll would find what is missing, too: here it comes too late for that. */
const POLL_MS = 60_000;

beforeAll(async () => {
  library = await startLibrary({ LIVE_WINDOW: '4', LIVE_POLL_MS: String(POLL_MS) });
  socket = await connectSocket(library.gateway.url, await library.issuer.token('ann'));
});
afterAll(async () => {
  await socket.close();
  await library.close();
});

const EVENTS = `subscription ($shelf: ID!, $after: String) {
  shelfEvents(shelfId: $shelf, after: $after) { cursor kind book { title } }
}`;

const added = (book: string) => ({ kind: 'library.book-added', subjects: { book } });

interface ShelfEvent {
  cursor: string;
  kind: string;
  book: { title: string } | null;
}

async function listen({ shelf = randomUUID(), after }: { shelf?: string; after?: string } = {}) {
  const before = library.gateway.live().subscriptions;
  const operation = socket.operate(EVENTS, { shelf, after });
  await expect.poll(() => library.gateway.live().subscriptions).toBe(before + 1);
  const event = async () => {
    const { data = {} } = await operation.next();
    return data?.['shelfEvents'] as ShelfEvent;
  };
  return { shelf, topic: `library.shelf.${shelf}`, operation, event };
}

describe('an event that is not to be seen yet when its wake-up comes', () => {
  it('is read again for, at once', async () => {
    const { topic, event } = await listen();
    library.live.hide(topic, 1, 1);
    await library.live.append(topic, added('1'));
    expect((await event()).book?.title).toBe('Book 1');
  });

  it('holds up those behind it, and none is lost', async () => {
    const { topic, event } = await listen();
    library.live.hide(topic, 2, 1);
    for (const book of ['1', '2', '3']) await library.live.append(topic, added(book), book === '3');
    for (const book of ['1', '2', '3']) expect((await event()).book?.title).toBe(`Book ${book}`);
  });

  it('is taken for lost where it does not come in time', async () => {
    const { topic, event } = await listen();
    await library.live.append(topic, added('1'));
    await event();
    library.live.hide(topic, 2, 1_000);
    await library.live.append(topic, added('2'), false);
    const askedAt = performance.now();
    await library.live.append(topic, added('3'));
    expect(await event()).toMatchObject({ kind: 'HISTORY_LOST' });
    expect(performance.now() - askedAt).toBeGreaterThan(90);
    library.live.hide(topic, 2, 0);
    await library.live.append(topic, added('4'));
    expect((await event()).book?.title).toBe('Book 4');
  });
});

describe('a read of the log', () => {
  it('serves all who resume at the same place', async () => {
    const first = await listen();
    await library.live.append(first.topic, added('first'));
    const { cursor } = await first.event();
    for (let book = 1; book <= 40; book += 1) await library.live.append(first.topic, added(`${book}`));
    for (let book = 1; book <= 40; book += 1) await first.event();
    const reads = library.live.reads(first.topic);
    const resumed = Array.from({ length: 20 }, () =>
      socket.operate(EVENTS, { shelf: first.shelf, after: cursor }),
    );
    for (let book = 1; book <= 40; book += 1) {
      for (const operation of resumed)
        expect(await operation.next()).toMatchObject({
          data: { shelfEvents: { book: { title: `Book ${book}` } } },
        });
    }
    // One page holds them all.
    expect(library.live.reads(first.topic) - reads).toBeLessThanOrEqual(4);
  });
});

describe('a cursor', () => {
  it('is good at every gateway of the graph', async () => {
    const first = await listen();
    const second = await library.startGateway();
    await library.live.append(first.topic, added('seen'));
    const { cursor } = await first.event();
    for (const book of ['1', '2', '3', '4', '5', '6']) await library.live.append(first.topic, added(book));
    const elsewhere = await connectSocket(second.url, await library.issuer.token('ann'));
    const resumed = elsewhere.operate(EVENTS, { shelf: first.shelf, after: cursor });
    const titleOf = async () => {
      const { data = {} } = await resumed.next();
      return (data?.['shelfEvents'] as ShelfEvent | undefined)?.book?.title;
    };
    for (const book of ['1', '2', '3', '4', '5', '6']) expect(await titleOf()).toBe(`Book ${book}`);
    await library.live.append(first.topic, added('7'));
    expect(await titleOf()).toBe('Book 7');
    for (const book of ['1', '2', '3', '4', '5', '6', '7'])
      expect((await first.event()).book?.title).toBe(`Book ${book}`);
    await elsewhere.close();
    await second.close();
  });
});
