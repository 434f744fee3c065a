import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient, type SocketOperation } from '#tests/fixtures/socket-client.ts';

let library: Library;
let bookId: string;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  library = await startLibrary({ SUBGRAPH_HEADERS: '{"*":["authorization"]}' });
});
beforeEach(() => {
  bookId = randomUUID();
  library.live.makeState(topic(), true);
});
afterAll(async () => {
  await Promise.all(sockets.map((socket) => socket.close()));
  await library.close();
});

const PEOPLE = ['ann', 'ben', 'cleo', 'dan'];
const TITLE = 'bookChanged(bookId: $bookId) { book { title } }';
const topic = () => `library.book.${bookId}`;

/** People who listen to the book with this field, each with a socket of their own. */
async function listen(field: string, people = PEOPLE, variables: object = {}, definitions = '') {
  const query = `subscription ($bookId: ID!${definitions}) { ${field} }`;
  const scopes = ['live:subscribe', 'reviews:read'];
  const connected = await Promise.all(
    people.map(async (name) =>
      connectSocket(library.gateway.url, await library.issuer.token(name, { scopes })),
    ),
  );
  sockets.push(...connected);
  return connected.map((socket) => socket.operate(query, { bookId, ...variables }));
}

/** What all of them are told next. */
const told = (listeners: SocketOperation[]) =>
  Promise.all(
    listeners.map(async (operation) => {
      const { data, errors } = await operation.next();
      expect(errors).toBeUndefined();
      return Object.values(data ?? {})[0];
    }),
  );

async function rename(title: string): Promise<void> {
  library.shelves.titles.set(bookId, title);
  await library.live.wake(topic());
}

/** Requests that the subgraph of books takes, with what comes of it. */
async function counting<Result>(run: () => Promise<Result>): Promise<{ result: Result; requests: number }> {
  const before = library.books.requests();
  const result = await run();
  return { result, requests: library.books.requests() - before };
}

/** What is told of a change to those who listen already, and the requests that it took. */
const afterRenaming = (title: string, listeners: SocketOperation[]) =>
  counting(async () => {
    const change = told(listeners);
    await rename(title);
    return change;
  });

describe.skipIf(inject('engine') === 'apollo')('state that looks the same to all', () => {
  it('is read once for all who listen, at first and after each change', async () => {
    const first = await counting(async () => {
      const listeners = await listen(TITLE);
      return { listeners, snapshots: await told(listeners) };
    });
    const { listeners, snapshots } = first.result;
    expect(snapshots).toEqual(PEOPLE.map(() => ({ book: { title: `Book ${bookId}` } })));
    expect(first.requests).toBe(1);
    for (const title of ['Emma', 'Persuasion']) {
      const { result, requests } = await afterRenaming(title, listeners);
      expect(result).toEqual(PEOPLE.map(() => ({ book: { title } })));
      expect(requests).toBe(1);
    }
  });

  it('is read once a group: other variables inside, and other arguments, are groups of their own', async () => {
    const excerpt = `bookChanged(bookId: $bookId, reviewId: $review) {
      book { title } review { excerpt(length: $length) }
    }`;
    const group = (length: number, review: string) =>
      listen(excerpt, ['ann', 'ben'], { length, review }, ', $length: Int!, $review: ID');
    const groups = [await group(3, '1'), await group(6, '1'), await group(8, '2')];
    await Promise.all(groups.map(told));
    const { result, requests } = await afterRenaming('Emma', groups.flat());
    const seen = (text: string) => ({ book: { title: 'Emma' }, review: { excerpt: text } });
    const each = ['Rev', 'Review', 'Review 2'].map(seen);
    expect(result).toEqual(each.flatMap((one) => [one, one]));
    expect(requests).toBe(3);
  });

  it('by other arguments alone is not the same', async () => {
    const field = 'bookChanged(bookId: $bookId, reviewId: $review) { book { title } review { id } }';
    const reader = (review: string) => listen(field, ['ann'], { review }, ', $review: ID');
    const both = [...(await reader('1')), ...(await reader('2'))];
    expect(await told(both)).toMatchObject([{ review: { id: '1' } }, { review: { id: '2' } }]);
  });

  it('is read anew where nobody had listened for a moment, however lately it was read', async () => {
    const others = library.gateway.live().topics;
    const [first] = await listen(TITLE, ['ann']);
    await first?.next();
    first?.complete();
    await expect.poll(() => library.gateway.live().topics).toBe(others);
    library.shelves.titles.set(bookId, 'Emma');
    expect(await told(await listen(TITLE, ['ben']))).toEqual([{ book: { title: 'Emma' } }]);
  });

  it('is soon told no more to whoever has lost access', async () => {
    const listeners = await listen(TITLE, ['ann', 'ben']);
    await told(listeners);
    library.live.grant(topic(), 'ben', null);
    const heard: unknown[] = [];
    for (let change = 0; heard.length === 0; change += 1) {
      const next = Promise.all(listeners.map((operation) => operation.next()));
      await rename(`${change}`);
      const [ann, ben] = await next;
      expect(ann).toEqual({ data: { bookChanged: { book: { title: `${change}` } } } });
      heard.push(...(ben?.errors ?? []));
    }
    expect(heard).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe.skipIf(inject('engine') === 'apollo')('state that may differ', () => {
  const perViewer = async (field: string) => {
    const listeners = await listen(field);
    await told(listeners);
    const { result, requests } = await afterRenaming('Emma', listeners);
    expect(requests).toBe(PEOPLE.length);
    return result;
  };

  it('by its source is read for each', async () => {
    library.live.makeState(topic(), false);
    expect(await perViewer(TITLE)).toEqual(PEOPLE.map(() => ({ book: { title: 'Emma' } })));
  });

  it('by one field of the selection is read for each', async () => {
    const seen = await perViewer('bookChanged(bookId: $bookId) { book { title sequel { id } } }');
    expect(seen).toEqual(PEOPLE.map(() => ({ book: { title: 'Emma', sequel: { id: `${bookId}+` } } })));
  });

  it('by the viewer, of whom it tells, is read for each', async () => {
    const seen = await perViewer('bookOfReader(bookId: $bookId) { book { title } viewer { id } }');
    expect(seen).toEqual(PEOPLE.map((id) => ({ book: { title: 'Emma' }, viewer: { id } })));
  });
});
