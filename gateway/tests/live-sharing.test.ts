import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient, type SocketOperation } from '#tests/fixtures/socket-client.ts';

let library: Library;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  const environment = { SUBGRAPH_HEADERS: '{"*":["authorization"]}', LIMIT_SOCKET_OPERATIONS: '1000' };
  // However long those who come take, they come in time.
  library = await startLibrary(environment, inject('redisUrl'), { messagesKeptMs: 120_000 });
});
afterAll(async () => {
  await Promise.all(sockets.map((socket) => socket.close()));
  await library.close();
});

const SCOPES = ['live:subscribe', 'reviews:read'];

interface ShelfEvent {
  cursor: string;
  review: Record<string, unknown> | null;
}

interface Listener {
  operation: SocketOperation;
  /** The next event. */
  event(): Promise<ShelfEvent>;
}

/** People who listen to a shelf with this selection of its reviews, each with a socket of their own. */
async function listen(
  selection: string,
  {
    people,
    shelf = randomUUID(),
    scopes = SCOPES,
    variables = {},
    definitions = '',
    after,
    url = library.gateway.url,
  }: ListenOptions,
): Promise<{ topic: string; listeners: Listener[] }> {
  const query = `subscription ($shelf: ID!, $after: String${definitions}) {
    shelfEvents(shelfId: $shelf, after: $after) { kind cursor review { ${selection} } }
  }`;
  const connected = await Promise.all(
    people.map(async (person) => connectSocket(url, await library.issuer.token(person, { scopes }))),
  );
  sockets.push(...connected);
  const before = library.live.calls('Authorize');
  const listeners = connected.map((socket): Listener => {
    const operation = socket.operate(query, { shelf, after, ...variables });
    return {
      operation,
      async event() {
        const { data } = await operation.next();
        return data?.['shelfEvents'] as ShelfEvent;
      },
    };
  });
  await expect.poll(() => library.live.calls('Authorize') - before).toBe(people.length);
  return { topic: `library.shelf.${shelf}`, listeners };
}

interface ListenOptions {
  people: string[];
  shelf?: string;
  scopes?: string[];
  variables?: object;
  /** Of further variables. */
  definitions?: string;
  after?: unknown;
  /** Of the gateway. */
  url?: string;
}

const reviewed = (review: string, more: object = {}) => ({
  kind: 'library.review-added',
  subjects: { review },
  ...more,
});
const people = (count: number) => Array.from({ length: count }, (_, index) => `person-${index}`);
const reviewsOf = (listeners: Listener[]) =>
  Promise.all(listeners.map(async (listener) => (await listener.event()).review));

describe.skipIf(inject('engine') === 'apollo')('an event that looks the same to all', () => {
  it('is completed once, whatever the number of those who listen', async () => {
    const { topic, listeners } = await listen('text', { people: people(12) });
    for (let event = 1; event <= 3; event += 1) {
      const before = library.reviews.requests();
      await library.live.append(topic, reviewed(`${event}`));
      const seen = await reviewsOf(listeners);
      expect(seen).toEqual(listeners.map(() => ({ text: `Review ${event}` })));
      expect(library.reviews.requests() - before).toBe(1);
    }
  });

  it('is completed once a group: other documents and other variables inside are groups of their own', async () => {
    const shelf = randomUUID();
    const definitions = ', $length: Int!';
    const excerpt = 'excerpt(length: $length)';
    const groups = [
      await listen('text', { people: people(3), shelf }),
      await listen(excerpt, { people: people(3), shelf, definitions, variables: { length: 3 } }),
      await listen(excerpt, { people: people(3), shelf, definitions, variables: { length: 6 } }),
    ];
    const before = library.reviews.requests();
    await library.live.append(`library.shelf.${shelf}`, reviewed('7'));
    const seen = await Promise.all(groups.map(({ listeners }) => reviewsOf(listeners)));
    const each = (review: object) => [review, review, review];
    expect(seen).toEqual([each({ text: 'Review 7' }), each({ excerpt: 'Rev' }), each({ excerpt: 'Review' })]);
    expect(library.reviews.requests() - before).toBe(3);
  });

  it('is completed once for many who resume at the same place', async () => {
    const shelf = randomUUID();
    const { topic, listeners } = await listen('text', { people: ['first'], shelf });
    await library.live.append(topic, reviewed('seen'));
    const [seen] = await Promise.all(listeners.map((listener) => listener.event()));
    listeners[0]?.operation.complete();
    await library.live.append(topic, reviewed('missed'));
    const before = library.reviews.requests();
    const resumed = await listen('text', { people: people(8), shelf, after: seen?.cursor });
    const missed = await reviewsOf(resumed.listeners);
    expect(missed).toEqual(people(8).map(() => ({ text: 'Review missed' })));
    expect(library.reviews.requests() - before).toBe(1);
  });

  it('is completed once by each gateway that has somebody listening', async () => {
    const shelf = randomUUID();
    const second = await library.startGateway();
    const { topic, listeners: here } = await listen('text', { people: people(3), shelf });
    const { listeners: there } = await listen('text', { people: people(3), shelf, url: second.url });
    const before = library.reviews.requests();
    await library.live.append(topic, reviewed('1'));
    expect(await reviewsOf([...here, ...there])).toEqual(
      Array.from({ length: 6 }, () => ({ text: 'Review 1' })),
    );
    expect(library.reviews.requests() - before).toBe(2);
    await second.close();
  });

  it('shows what is there when it is told: what was deleted meanwhile is gone for all', async () => {
    const { topic, listeners } = await listen('text', { people: people(3) });
    library.shelves.lost.add('deleted');
    await library.live.append(topic, reviewed('deleted'));
    expect(await reviewsOf(listeners)).toEqual([null, null, null]);
  });

  it('is told to nobody who lacks a scope that a field names', async () => {
    const shelf = randomUUID();
    const { topic, listeners } = await listen('text', { people: people(2), shelf });
    const without = await listen('text', { people: ['eve'], shelf, scopes: ['live:subscribe'] });
    const before = library.reviews.requests();
    await library.live.append(topic, reviewed('1'));
    await reviewsOf([...listeners, ...without.listeners]);
    // Theirs is made under their own token, and refused by services that ask for the scope.
    expect(library.reviews.requests() - before).toBe(2);
  });
});

describe.skipIf(inject('engine') === 'apollo')('an event that differs', () => {
  it('by one field of the selection is completed for each', async () => {
    const { topic, listeners } = await listen('text reader', { people: people(3) });
    const before = library.reviews.requests();
    await library.live.append(topic, reviewed('1'));
    const seen = await reviewsOf(listeners);
    expect(seen).toEqual(people(3).map((reader) => ({ text: 'Review 1', reader })));
    expect(library.reviews.requests() - before).toBe(3);
  });

  it('though it is marked as shared is refused, and told to nobody', async () => {
    const { topic, listeners } = await listen('excerpt(length: 6) mistaken', { people: people(3) });
    await library.live.append(topic, reviewed('1'));
    for (const { operation } of listeners) {
      expect(await operation.next()).toMatchObject({
        data: { shelfEvents: { review: { excerpt: 'Review', mistaken: null } } },
        errors: [{ path: ['shelfEvents', 'review', 'mistaken'], extensions: { code: 'FORBIDDEN' } }],
      });
    }
  });

  it('to those who came later is completed for them alone', async () => {
    const shelf = randomUUID();
    const topic = `library.shelf.${shelf}`;
    library.live.grant(topic, 'newcomer', { fromSeq: 3 });
    for (const review of ['1', '2', '3']) await library.live.append(topic, reviewed(review));
    const { listeners } = await listen('text', { people: [...people(3), 'newcomer'], shelf });
    const requestsFor = async (event: object) => {
      const before = library.reviews.requests();
      await library.live.append(topic, reviewed('1', event));
      expect(await reviewsOf(listeners)).toEqual(listeners.map(() => ({ text: 'Review 1' })));
      return library.reviews.requests() - before;
    };
    // Of something that all of them may read, then of an older one, then of one whose source does not say.
    expect(await requestsFor({ sharedFromSeq: 3 })).toBe(1);
    expect(await requestsFor({ sharedFromSeq: 2 })).toBe(2);
    expect(await requestsFor({ sharedFromSeq: 0 })).toBe(4);
    expect(await requestsFor({})).toBe(1);
  });

  it('to those whose access has ended is completed for them alone', async () => {
    const shelf = randomUUID();
    const { topic, listeners } = await listen('text', { people: ['ann', 'ben'], shelf });
    await library.live.append(topic, reviewed('1'));
    const [first] = await Promise.all(listeners.map((listener) => listener.event()));
    await library.live.append(topic, reviewed('2'));
    await reviewsOf(listeners);
    library.live.grant(topic, 'ben', { fromSeq: 1, toSeq: 2 });
    const before = library.reviews.requests();
    const { listeners: gone } = await listen('text', { people: ['ben'], shelf, after: first?.cursor });
    expect(await reviewsOf(gone)).toEqual([{ text: 'Review 2' }]);
    expect(library.reviews.requests() - before).toBe(1);
  });
});
