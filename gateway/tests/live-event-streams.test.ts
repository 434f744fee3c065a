import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventStreamClient, openEventStream } from '#tests/fixtures/event-stream-client.ts';
import { SHORT_LIFE_MS } from '#tests/fixtures/library/issuer.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';

let library: Library;
let url: string;
let ann: string;

beforeAll(async () => {
  library = await startLibrary({ LIVE_WINDOW: '8', LIVE_MAX_LAG: '10' });
  url = `${library.gateway.url}/graphql/stream`;
  ann = await library.issuer.token('ann');
});
afterAll(() => library.close());

const EVENTS = `subscription Events($shelf: ID!, $after: String) {
  shelfEvents(shelfId: $shelf, after: $after) { cursor kind book { title } }
}`;

const KINDS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { kind } }';

interface ShelfEvent {
  cursor: string;
  kind: string;
  book: { title: string };
}

const added = (book: string) => ({ kind: 'library.book-added', subjects: { book } });

/** A stream of a shelf's events, and whatever resumes it. */
async function listen(options: ListenOptions = {}) {
  const { shelf = randomUUID(), token = ann, after, lastEventId, query = EVENTS } = options;
  const before = library.live.calls('Authorize');
  const stream = await openEventStream(url, {
    token,
    body: { query, variables: { shelf, after } },
    ...(lastEventId !== undefined && { headers: { 'last-event-id': lastEventId } }),
  });
  expect(stream.status).toBe(200);
  await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
  return { shelf, topic: `library.shelf.${shelf}`, stream };
}

interface ListenOptions {
  shelf?: string;
  token?: string;
  after?: string;
  lastEventId?: string;
  query?: string;
}

async function titles(stream: EventStreamClient, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const { data = {} } = await stream.next();
    const event = data?.['shelfEvents'] as ShelfEvent | undefined;
    seen.push(String(event?.book.title));
  }
  return seen;
}

describe('a stream', () => {
  it('brings the events of a subscription, each with its cursor as id', async () => {
    const { topic, stream } = await listen();
    await library.live.append(topic, added('1'));
    const { id, event, data } = await stream.event();
    const { cursor } = JSON.parse(data).data.shelfEvents as ShelfEvent;
    expect({ id, event }).toEqual({ id: cursor, event: 'next' });
    stream.drop();
  });

  it('is not compressed, not kept and not buffered on its way, and open to other origins', async () => {
    const stream = await openEventStream(url, {
      token: ann,
      body: { query: '{ filler(length: 5000) }' },
      headers: { 'accept-encoding': 'gzip, br', origin: 'https://app.example' },
    });
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
    });
    expect(stream.headers['content-encoding']).toBeUndefined();
    expect(await stream.next()).toEqual({ data: { filler: 'x'.repeat(5_000) } });
    expect(await stream.ended).toBe('complete');
  });

  it('answers a query by GET, and refuses a mutation there', async () => {
    const ask = (query: string) =>
      openEventStream(`${url}?${new URLSearchParams({ query })}`, { method: 'GET', token: ann });
    expect(await (await ask('{ book(id: "7") { title } }')).next()).toEqual({
      data: { book: { title: 'Book 7' } },
    });
    const refused = await ask('mutation { renameBook(id: "7", title: "Seven") { id } }');
    expect(await refused.next()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(await refused.ended).toBe('complete');
  });

  it('tells what refuses an operation, and completes it', async () => {
    const invalid = await openEventStream(url, { token: ann, body: { query: '{ nothing }' } });
    expect(await invalid.next()).toMatchObject({
      errors: [
        { message: expect.stringContaining('nothing'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ],
    });
    expect(await invalid.ended).toBe('complete');
    const nobody = await openEventStream(url, { body: { query: EVENTS, variables: { shelf: 'x' } } });
    expect(await nobody.next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it.each([
    ['a token that does not hold', 401, { token: 'nonsense', body: { query: '{ __typename }' } }],
    ['a request without an operation', 400, { body: { variables: {} } }],
    [
      'an answer of another type',
      406,
      { body: { query: '{ __typename }' }, headers: { accept: 'application/json' } },
    ],
  ])('is not opened for %s', async (_name, status, request) => {
    const refused = await openEventStream(url, request);
    expect(refused.status).toBe(status);
    expect(refused.headers['content-type']).toContain('application/json');
  });
});

describe('resuming', () => {
  it('by Last-Event-ID brings what was missed once and in order, whatever `after` says', async () => {
    const { shelf, topic, stream } = await listen();
    for (const book of ['1', '2']) await library.live.append(topic, added(book));
    const [first, second] = [await stream.event(), await stream.event()];
    stream.drop();
    for (const book of ['3', '4']) await library.live.append(topic, added(book));
    const resumed = await listen({ shelf, after: first.id ?? '', lastEventId: second.id ?? '' });
    await library.live.append(topic, added('5'));
    expect(await titles(resumed.stream, 3)).toEqual(['Book 3', 'Book 4', 'Book 5']);
    resumed.stream.drop();
  });

  it('tells of a history that was lost', async () => {
    const { shelf, topic, stream } = await listen();
    await library.live.append(topic, added('1'));
    const { id = '' } = await stream.event();
    stream.drop();
    library.live.loseHistory(topic);
    const resumed = await listen({ shelf, lastEventId: id });
    expect(await resumed.stream.next()).toMatchObject({ data: { shelfEvents: { kind: 'HISTORY_LOST' } } });
    resumed.stream.drop();
  });
});

describe('a stream ends', () => {
  it('with FORBIDDEN, and is complete, when access does', async () => {
    const { topic, stream } = await listen();
    library.live.grant(topic, 'ann', { fromSeq: 1, toSeq: 1 });
    await library.live.append(topic, { kind: 'library.reader-removed', accessChangedFor: ['ann'] });
    expect(await stream.next()).toMatchObject({ data: { shelfEvents: { kind: 'READER_REMOVED' } } });
    expect(await stream.next()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await stream.ended).toBe('complete');
  });

  it('without being complete when its token expires: the next one is asked for another', async () => {
    const token = await library.issuer.token('ann', { lifetimeMs: SHORT_LIFE_MS });
    const { shelf, stream } = await listen({ token });
    expect(await stream.ended).toBeUndefined();
    const again = await openEventStream(url, { token, body: { query: EVENTS, variables: { shelf } } });
    expect(again.status).toBe(401);
  });

  it('when its session is ended, long before its token expires', async () => {
    const sessionId = randomUUID();
    const { stream } = await listen({ token: await library.issuer.token('ann', { sessionId }) });
    await library.live.append('users.revocations', {
      kind: 'users.session-revoked',
      subjects: { session: sessionId },
    });
    expect(await stream.ended).toBeUndefined();
  });

  it('with a cursor where its client fell too far behind', async () => {
    const { shelf, topic, stream } = await listen();
    const witness = await listen({ shelf, query: KINDS });
    library.shelves.titles.set('long', 'x'.repeat(200_000));
    stream.pause();
    // More than the sockets' buffers hold.
    for (let event = 0; event < 200; event += 1) await library.live.append(topic, added('long'));
    // The gateway has read them all, and waits for the client.
    for (let event = 0; event < 200; event += 1) await witness.stream.next();
    await expect.poll(library.queuedBytes).toBeGreaterThan(0);
    witness.stream.drop();
    stream.resume();
    let count = 0;
    let last = await stream.next();
    for (; last.errors === undefined; last = await stream.next()) count += 1;
    expect(last.errors).toMatchObject([
      { extensions: { code: 'RESOURCE_EXHAUSTED', cursor: expect.any(String) } },
    ]);
    expect(await stream.ended).toBe('complete');
    const resumed = await listen({ shelf, lastEventId: String(last.errors?.[0]?.extensions['cursor']) });
    expect(await titles(resumed.stream, 200 - count)).toHaveLength(200 - count);
    resumed.stream.drop();
  });
});

it('shares the completion of an event with sockets', async () => {
  const { shelf, topic, stream } = await listen();
  const socket = await connectSocket(library.gateway.url, await library.issuer.token('ben'));
  const before = library.live.calls('Authorize');
  const operation = socket.operate(EVENTS, { shelf });
  await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
  const requests = library.books.requests();
  await library.live.append(topic, added('1'));
  expect(await stream.next()).toEqual(await operation.next());
  // ApolloGateway shares nothing.
  expect(library.books.requests() - requests).toBeLessThanOrEqual(2);
  stream.drop();
  await socket.close();
});

it('leaves nothing behind when clients vanish', async () => {
  const before = library.gateway.live();
  const shelf = randomUUID();
  for (let round = 0; round < 4; round += 1) {
    const streams = await Promise.all(
      Array.from({ length: 25 }, () =>
        openEventStream(url, { token: ann, body: { query: EVENTS, variables: { shelf } } }),
      ),
    );
    // Half of the rounds do not wait until the subscriptions have begun.
    if (round % 2 === 0)
      await expect.poll(() => library.gateway.live().subscriptions).toBe(before.subscriptions + 25);
    for (const stream of streams) stream.drop();
    await expect.poll(library.gateway.live).toEqual(before);
  }
});
