import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEventStream } from '#tests/fixtures/event-stream-client.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import type { Gateway } from '../server.ts';

let library: Library;
let token: string;

beforeAll(async () => {
  library = await startLibrary();
  token = await library.issuer.token('ann');
});
afterAll(() => library.close());

const EVENTS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { book { title } } }';

const streamsOf = ({ url }: Gateway) => `${url}/graphql/stream`;

/** A stream of a shelf's events at one of the gateways. */
async function listen(gateway: Gateway, { shelf = randomUUID(), lastEventId = '' } = {}) {
  const before = gateway.live().subscriptions;
  const stream = await openEventStream(streamsOf(gateway), {
    token,
    body: { query: EVENTS, variables: { shelf } },
    ...(lastEventId !== '' && { headers: { 'last-event-id': lastEventId } }),
  });
  await expect.poll(() => gateway.live().subscriptions).toBe(before + 1);
  const append = (book: string) =>
    library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects: { book } });
  return { shelf, stream, append };
}

it('a silent stream is written to, and one that takes nothing is dropped', async () => {
  const gateway = await library.startGateway({ LIVE_PING_MS: '300' });
  const { stream, append } = await listen(gateway);
  await expect.poll(stream.comments).toBeGreaterThan(2);
  library.shelves.titles.set('long', 'x'.repeat(200_000));
  stream.pause();
  // More than the sockets' buffers hold.
  for (let event = 0; event < 50; event += 1) await append('long');
  await expect.poll(gateway.live).toMatchObject({ connections: 0, subscriptions: 0 });
  stream.drop();
  await gateway.close();
});

it('streams of a gateway that shuts down go on at another one, and nothing is lost', async () => {
  const gateway = await library.startGateway();
  const { shelf, stream, append } = await listen(gateway);
  await append('1');
  const { id = '' } = await stream.event();
  const headers = { authorization: `Bearer ${token}` };
  const reserved = await fetch(streamsOf(gateway), { method: 'PUT', headers });
  const closing = gateway.close();
  expect(await stream.ended).toBe('next');
  await append('2');
  await closing;

  const other = await library.startGateway();
  const resumed = await listen(other, { shelf, lastEventId: id });
  await append('3');
  for (const book of ['2', '3'])
    expect(await resumed.stream.next()).toEqual({
      data: { shelfEvents: { book: { title: `Book ${book}` } } },
    });
  const unknown = await openEventStream(`${streamsOf(other)}?token=${await reserved.text()}`, {
    method: 'GET',
  });
  expect(unknown.status).toBe(404);
  resumed.stream.drop();
  await other.close();
});
