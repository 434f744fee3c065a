import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type OperationResult, type SocketOperation } from '#tests/fixtures/socket-client.ts';
import { readLiveFields } from '../engine/subscriptions/live-fields.ts';
import { loadSupergraph } from '../engine/supergraph/supergraph.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary({ LIVE_WINDOW: '8', LIVE_MAX_LAG: '10' });
});
afterAll(() => library.close());

const EVENTS = 200;
/** More of these than the sockets' buffers hold. */
const LONG = 'x'.repeat(200_000);

interface Told {
  cursor: string;
  kind: string;
  recovered: boolean;
  book: { id: string } | null;
}

/** Somebody who listens to a shelf of their own, and has heard one event. */
async function listen(field: string) {
  const socket = await connectSocket(library.gateway.url, await library.issuer.token(randomUUID()));
  const shelf = randomUUID();
  const before = library.live.calls('Authorize');
  const operation = socket.operate(
    `subscription ($shelf: ID!) { e: ${field}(shelfId: $shelf) { cursor kind recovered book { id title } } }`,
    { shelf },
  );
  await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
  const append = (book: string) => {
    library.shelves.titles.set(book, LONG);
    return library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects: { book } });
  };
  await append('first');
  expect(told(await operation.next()).book?.id).toBe('first');
  return { socket, shelf, operation, append };
}

function told({ data, errors }: OperationResult): Told {
  expect(errors).toBeUndefined();
  return data?.['e'] as Told;
}

async function dropped(policy: string): Promise<number> {
  const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
  return Number(new RegExp(`live_dropped_total\\{policy="${policy}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

/** Has the client take nothing while many events come; answers what it is told then, up to the newest. */
async function fallBehind(field: string): Promise<Told[]> {
  const { socket, shelf, operation, append } = await listen(field);
  const witness = await connectSocket(library.gateway.url, await library.issuer.token(randomUUID()));
  const before = library.live.calls('Authorize');
  const watching = witness.operate('subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { kind } }', {
    shelf,
  });
  await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
  socket.pause();
  for (let event = 0; event < EVENTS; event += 1) await append(String(event));
  // The gateway has read them all, and waits for the client.
  for (let event = 0; event < EVENTS; event += 1) await watching.next();
  await expect.poll(library.queuedBytes).toBeGreaterThan(0);
  await witness.close();
  socket.resume();
  const all: Told[] = [];
  while (all.at(-1)?.book?.id !== String(EVENTS - 1)) all.push(told(await operation.next()));
  await socket.close();
  return all;
}

describe('a client that takes nothing for a while', () => {
  it('is told of the newest event in place of all that it missed, where the field conflates', async () => {
    const before = await dropped('conflate');
    const all = await fallBehind('newestOfShelf');
    const seen = all.map(({ book }) => Number(book?.id));
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(seen.length).toBeLessThan(EVENTS);
    expect(all.every(({ recovered }) => recovered)).toBe(true);
    expect((await dropped('conflate')) - before).toBe(EVENTS - seen.length);
  });

  it('is told that the oldest were dropped, where the field drops those', async () => {
    const before = await dropped('drop_oldest');
    const all = await fallBehind('latestOfShelf');
    const losses = all.filter(({ recovered }) => !recovered);
    expect(losses).toMatchObject([{ kind: 'HISTORY_LOST', book: null }]);
    const behind = all.slice(all.indexOf(losses[0] as Told) + 1).map(({ book }) => Number(book?.id));
    // Without gap behind the loss.
    expect(behind).toEqual(behind.map((_, index) => EVENTS - behind.length + index));
    const told = all.length - losses.length;
    expect((await dropped('drop_oldest')) - before).toBe(EVENTS - told);
  });
});

describe('a field with an interval tells the newest of many changes, and no more often than that', () => {
  interface Pace {
    query: string;
    begin(operation: SocketOperation): Promise<unknown>;
    change(reader: string, count: number): Promise<unknown>;
    countOf(event: Record<string, never>): unknown;
  }

  it.each<[string, Pace]>([
    [
      'of a logged topic',
      {
        query: 'subscription ($shelf: ID!) { e: paceOfShelf(shelfId: $shelf) { book { id } } }',
        begin: () => Promise.resolve(),
        change: (shelf, count) =>
          library.live.append(`library.shelf.${shelf}`, {
            kind: 'library.book-added',
            subjects: { book: String(count) },
          }),
        countOf: ({ book }) => Number(book?.['id']),
      },
    ],
    [
      'of state',
      {
        query: 'subscription { e: pacedCounts { viewer { reviewCount } } }',
        begin: (operation) => operation.next(),
        change(reader, count) {
          library.shelves.reviewCounts.set(reader, count);
          return library.live.wake(`library.reader.${reader}`);
        },
        countOf: ({ viewer }) => viewer?.['reviewCount'],
      },
    ],
  ])('%s', async (_of, { query, begin, change, countOf }) => {
    const reader = randomUUID();
    const socket = await connectSocket(library.gateway.url, await library.issuer.token(reader));
    library.live.makeState(`library.reader.${reader}`);
    const before = library.live.calls('Authorize');
    const operation = socket.operate(query, { shelf: reader });
    await expect.poll(() => library.live.calls('Authorize')).toBeGreaterThan(before);
    await begin(operation);
    const began = performance.now();
    let changes = 0;
    while (performance.now() - began < 800 || changes <= 20) {
      changes += 1;
      await change(reader, changes);
    }
    const seen: unknown[] = [];
    while (seen.at(-1) !== changes)
      seen.push(countOf((await operation.next()).data?.['e'] as Record<string, never>));
    const tookMs = performance.now() - began;
    expect(seen.length).toBeLessThanOrEqual(Math.floor(tookMs / 300) + 2);
    await socket.close();
  });
});

it.each([
  ['an unknown policy', 'whenSlow: "DROP_OLDEST"', 'whenSlow: "WAIT"', /whenSlow takes/],
  [
    'an interval of what does not conflate',
    'whenSlow: "DROP_OLDEST"',
    'whenSlow: "CLOSE", minIntervalMs: 5',
    /minIntervalMs/,
  ],
  [
    'a policy of a field of several topics',
    'name: "library.shelf.{viewer}"',
    'name: "library.shelf.{viewer}", whenSlow: "CLOSE"',
    /several @topic/,
  ],
])('a supergraph with %s is refused', async (_name, written, instead, message) => {
  const sdl = (await library.compose()).replace(written, instead);
  expect(() => readLiveFields(loadSupergraph(sdl))).toThrow(message);
});
