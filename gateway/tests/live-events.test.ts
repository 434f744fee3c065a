import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';

let library: Library;
let socket: SocketClient;

beforeAll(async () => {
  library = await startLibrary({ LIVE_WINDOW: '4' });
  socket = await connectSocket(library.gateway.url, await library.issuer.token('ann'));
});
afterAll(async () => {
  await socket.close();
  await library.close();
});

const EVENTS = `subscription Events($shelf: ID!, $after: String) {
  e: shelfEvents(shelfId: $shelf, after: $after) {
    cursor kind recovered occurredAt
    book { title }
    review { words: text writer { name } }
  }
}`;

interface ShelfEvent {
  cursor: string;
  kind: string;
  recovered: boolean;
  book: { title: string } | null;
  review: unknown;
}

/** A topic of its own for each test, and a subscription to it that has begun. */
async function listen(variables: { after?: string; shelf?: string } = {}, client = socket) {
  const { shelf = randomUUID() } = variables;
  const before = library.live.calls('Authorize');
  const operation = client.operate(EVENTS, { shelf, ...variables });
  await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
  return {
    topic: `library.shelf.${shelf}`,
    shelf,
    operation,
    async event() {
      const { data, errors } = await operation.next();
      expect(errors).toBeUndefined();
      return data?.['e'] as ShelfEvent;
    },
  };
}

const added = (book: string) => ({ kind: 'library.book-added', subjects: { book } });

describe('an event', () => {
  it('is completed across subgraphs, with aliases', async () => {
    const { topic, event } = await listen();
    await library.live.append(topic, { kind: 'library.review-added', subjects: { book: '7', review: '9' } });
    expect(await event()).toEqual({
      cursor: expect.any(String),
      kind: 'REVIEW_ADDED',
      recovered: true,
      occurredAt: expect.stringMatching(/^\d{4}-.*Z$/),
      book: { title: 'Book 7' },
      review: { words: 'Review 9', writer: { name: 'Reader writer-9' } },
    });
  });

  it('comes in order, once, to every subscriber', async () => {
    const first = await listen();
    const second = await listen({ shelf: first.shelf });
    const books = Array.from({ length: 20 }, (_, index) => `${index}`);
    for (const book of books) await library.live.append(first.topic, added(book));
    for (const { event } of [first, second]) {
      const titles = [];
      for (const _ of books) titles.push((await event()).book?.title);
      expect(titles).toEqual(books.map((book) => `Book ${book}`));
    }
  });

  it('is read once, however many listen, over one Redis channel', async () => {
    const shelf = randomUUID();
    const before = library.gateway.live();
    const listeners = await Promise.all(Array.from({ length: 5 }, () => listen({ shelf })));
    const topic = `library.shelf.${shelf}`;
    const reads = library.live.reads(topic);
    await library.live.append(topic, added('1'));
    for (const { event } of listeners) expect((await event()).book?.title).toBe('Book 1');
    expect(library.gateway.live().channels - before.channels).toBe(1);
    // The slow poll may look once more.
    expect(library.live.reads(topic) - reads).toBeLessThanOrEqual(2);
    for (const { operation } of listeners) operation.complete();
    await expect.poll(() => library.gateway.live().channels).toBe(before.channels);
  });

  it('arrives though its wake-up was lost', async () => {
    const { topic, event } = await listen();
    await library.live.append(topic, added('1'), false);
    expect((await event()).book?.title).toBe('Book 1');
  });

  it('arrives though it is committed between authorising and reading', async () => {
    library.live.beforeAuthorize = async (topic) => void (await library.live.append(topic, added('1')));
    const { event } = await listen();
    library.live.beforeAuthorize = undefined;
    expect((await event()).book?.title).toBe('Book 1');
  });

  it('arrives where the field asks for its kind, and not otherwise', async () => {
    const shelf = randomUUID();
    const before = library.live.calls('Authorize');
    const operation = socket.operate('subscription ($s: ID!) { reviewAdded(shelfId: $s) { kind } }', {
      s: shelf,
    });
    await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
    await library.live.append(`library.shelf.${shelf}`, added('1'));
    await library.live.append(`library.shelf.${shelf}`, { kind: 'library.review-added' });
    expect(await operation.next()).toEqual({ data: { reviewAdded: { kind: 'REVIEW_ADDED' } } });
  });
});

describe('resuming', () => {
  it.each([
    ['from what the gateway still has', 3],
    ['from the log', 40],
    ['over many pages', 450],
  ])('%s, nothing is lost and nothing comes twice', async (_name, count) => {
    const first = await listen();
    await library.live.append(first.topic, added('first'));
    const { cursor } = await first.event();
    for (let book = 1; book <= count; book += 1)
      await library.live.append(first.topic, added(`${book}`), false);
    const resumed = await listen({ shelf: first.shelf, after: cursor });
    for (let book = 1; book <= count; book += 1)
      expect((await resumed.event()).book?.title).toBe(`Book ${book}`);
    await library.live.append(first.topic, added('last'));
    expect((await resumed.event()).book?.title).toBe('Book last');
  });

  it('tells of a history that was lost, and goes on from the head', async () => {
    const first = await listen();
    await library.live.append(first.topic, added('1'));
    const { cursor } = await first.event();
    first.operation.complete();
    library.live.loseHistory(first.topic);
    await library.live.append(first.topic, added('2'));
    const resumed = await listen({ shelf: first.shelf, after: cursor });
    expect(await resumed.event()).toMatchObject({ kind: 'HISTORY_LOST', recovered: false, book: null });
    await library.live.append(first.topic, added('3'));
    expect(await resumed.event()).toMatchObject({
      kind: 'BOOK_ADDED',
      recovered: true,
      book: { title: 'Book 3' },
    });
  });

  it('tells whoever listens when history is lost', async () => {
    const { topic, event } = await listen();
    await library.live.append(topic, added('1'));
    await event();
    library.live.loseHistory(topic);
    await library.live.append(topic, added('2'));
    expect(await event()).toMatchObject({ kind: 'HISTORY_LOST', recovered: false });
    await library.live.append(topic, added('3'));
    expect(await event()).toMatchObject({ book: { title: 'Book 3' } });
  });

  it('tells of events that are no longer kept', async () => {
    const first = await listen();
    await library.live.append(first.topic, added('1'));
    const { cursor } = await first.event();
    first.operation.complete();
    for (let book = 2; book <= 6; book += 1) await library.live.append(first.topic, added(`${book}`));
    library.live.forget(first.topic, 4);
    const resumed = await listen({ shelf: first.shelf, after: cursor });
    expect(await resumed.event()).toMatchObject({ kind: 'HISTORY_LOST', recovered: false });
  });

  it.each([
    ['is none', async () => 'not a cursor'],
    ['belongs to another topic', () => cursorOfAnotherTopic()],
  ])('refuses a cursor that %s', async (_name, cursor) => {
    const operation = socket.operate(EVENTS, { shelf: randomUUID(), after: await cursor() });
    expect(await operation.message()).toMatchObject({
      type: 'error',
      payload: [{ message: expect.stringMatching(/^after: /), extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  async function cursorOfAnotherTopic(): Promise<string> {
    const other = await listen();
    await library.live.append(other.topic, added('1'));
    return (await other.event()).cursor;
  }
});

describe('access', () => {
  const REMOVED = { kind: 'library.reader-removed', accessChangedFor: ['ann'] };

  it('is refused to whoever may never see the topic', async () => {
    const shelf = randomUUID();
    library.live.grant(`library.shelf.${shelf}`, 'ann', null);
    expect(await socket.operate(EVENTS, { shelf }).message()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  });

  it('ends with the event that ends it; the socket stays', async () => {
    const { topic, operation, event } = await listen();
    await library.live.append(topic, added('1'));
    await event();
    library.live.grant(topic, 'ann', { fromSeq: 1, toSeq: 2 });
    await library.live.append(topic, REMOVED);
    await library.live.append(topic, added('secret'));
    expect(await event()).toMatchObject({ kind: 'READER_REMOVED' });
    expect(await operation.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await operation.message()).toMatchObject({ type: 'complete' });
    expect(await socket.operate('{ __typename }').next()).toEqual({ data: { __typename: 'Query' } });
  });

  it('ends though the wake-up was lost', async () => {
    const { topic, operation, event } = await listen();
    library.live.grant(topic, 'ann', { fromSeq: 1, toSeq: 1 });
    await library.live.append(topic, REMOVED, false);
    expect(await event()).toMatchObject({ kind: 'READER_REMOVED' });
    expect(await operation.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('bounds a replay', async () => {
    const first = await listen();
    await library.live.append(first.topic, added('1'));
    const { cursor } = await first.event();
    for (const book of ['2', '3', '4']) await library.live.append(first.topic, added(book));
    library.live.grant(first.topic, 'ann', { fromSeq: 3, toSeq: 3 });
    const resumed = await listen({ shelf: first.shelf, after: cursor });
    expect((await resumed.event()).book?.title).toBe('Book 3');
    expect(await resumed.operation.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('skips what happened while one was away between leaving and coming back', async () => {
    const { topic, event } = await listen();
    library.live.grant(topic, 'ann', { fromSeq: 3 });
    await library.live.append(topic, REMOVED, false);
    await library.live.append(topic, added('secret'), false);
    await library.live.append(topic, { ...added('3'), accessChangedFor: ['ann'] });
    expect(await event()).toMatchObject({ kind: 'READER_REMOVED' });
    expect(await event()).toMatchObject({ book: { title: 'Book 3' } });
  });
});
