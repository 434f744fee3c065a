import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CutOff, createCutOff } from '#tests/fixtures/cut-off.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket, type SocketClient } from '#tests/fixtures/socket-client.ts';
import {
  type RestartableRedis,
  startRestartableRedis,
} from '../../platform/events/tests/restartable-redis.ts';

let redis: RestartableRedis;
/** Between the gateway and its Redis. */
let way: CutOff;
let library: Library;
let socket: SocketClient;

beforeAll(async () => {
  redis = await startRestartableRedis();
  way = await createCutOff(redis.url);
  // Without the slow poll, an event comes only when the wake-ups are back.
  library = await startLibrary(
    { REDIS_URL: way.url, LIVE_POLL_MS: '60000', REDIS_TIMEOUT_MS: '1000' },
    redis.url,
  );
  socket = await connectSocket(library.gateway.url, await library.issuer.token('ann'));
});
afterAll(async () => {
  await socket?.close();
  await library?.close();
  await way?.close();
  await redis?.close();
});

const EVENTS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { kind book { id } } }';

/** Somebody who listens, and what they were told: books in their order. */
async function listen() {
  const shelf = randomUUID();
  const before = library.gateway.live().subscriptions;
  const operation = socket.operate(EVENTS, { shelf });
  await expect.poll(() => library.gateway.live().subscriptions).toBe(before + 1);
  const books: unknown[] = [];
  void (async () => {
    for (;;) {
      const { data } = await operation.next();
      books.push((data?.['shelfEvents'] as { book: { id: string } | null } | undefined)?.book?.id);
    }
  })().catch(() => {});
  const append = (book: string, wake = true) =>
    library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects: { book } }, wake);
  return { append, books };
}

it('loses nothing and tells nothing twice while Redis is flushed', async () => {
  const { append, books } = await listen();
  const admin = new Redis(redis.url);
  const appended = Array.from({ length: 30 }, (_, index) => `${index}`);
  for (const book of appended) {
    await append(book);
    if (Number(book) % 10 === 5) await admin.flushall();
  }
  admin.disconnect();
  await expect.poll(() => books).toEqual(appended);
});

it('tells what was committed while Redis was away, once it is back', async () => {
  const { append, books } = await listen();
  await append('before');
  await expect.poll(() => books).toEqual(['before']);
  await redis.stop();
  await append('meanwhile', false);
  await redis.start();
  await expect.poll(() => books).toEqual(['before', 'meanwhile']);
  await expect
    .poll(() =>
      append('after').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await expect.poll(() => books.at(-1)).toBe('after');
});

it('tells what was committed behind a partition that nobody told of, once there is a way around it', async () => {
  const { append, books } = await listen();
  await append('before');
  await expect.poll(() => books).toEqual(['before']);
  way.isolate();
  await append('meanwhile');
  const newcomer = await connectSocket(library.gateway.url, await library.issuer.token('ben'));
  newcomer.operate(EVENTS, { shelf: randomUUID() });
  expect(await newcomer.closed).toMatchObject({ code: 1013 });
  expect(books).toEqual(['before']);
  way.restore();
  await expect.poll(() => books).toEqual(['before', 'meanwhile']);
  await append('after');
  await expect.poll(() => books).toEqual(['before', 'meanwhile', 'after']);
});
