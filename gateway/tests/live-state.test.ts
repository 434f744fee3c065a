import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';

let library: Library;

beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library.close());

/** Somebody who listens to their counts. */
async function listen() {
  const reader = randomUUID();
  const socket = await connectSocket(library.gateway.url, await library.issuer.token(reader));
  library.live.makeState(`library.reader.${reader}`);
  const operation = socket.operate('subscription { countsChanged { viewer { id name reviewCount } } }');
  return {
    reader,
    socket,
    operation,
    async count() {
      const { data } = (await operation.next()) as {
        data: { countsChanged: { viewer: { reviewCount: number } } };
      };
      return data.countsChanged.viewer.reviewCount;
    },
    async change(count: number, wake: () => Promise<unknown>) {
      library.shelves.reviewCounts.set(reader, count);
      await wake();
    },
  };
}

it('begins with a snapshot', async () => {
  const { reader, socket, operation } = await listen();
  expect(await operation.next()).toEqual({
    data: { countsChanged: { viewer: { id: reader, name: `Reader ${reader}`, reviewCount: 0 } } },
  });
  await socket.close();
});

it('is about what its arguments name', async () => {
  const socket = await connectSocket(library.gateway.url, await library.issuer.token(randomUUID()));
  const bookId = randomUUID();
  library.live.makeState(`library.book.${bookId}`);
  const operation = socket.operate(
    'subscription ($id: ID!) { bookChanged(bookId: $id) { book { id } review { id } } }',
    { id: bookId },
  );
  expect(await operation.next()).toEqual({ data: { bookChanged: { book: { id: bookId }, review: null } } });
  await socket.close();
});

it('comes again when any of its topics is woken', async () => {
  const { reader, socket, count, change } = await listen();
  expect(await count()).toBe(0);
  await change(1, () => library.live.wake(`library.reader.${reader}`));
  expect(await count()).toBe(1);
  await change(2, () => library.live.append(`library.shelf.${reader}`, { kind: 'library.book-added' }));
  expect(await count()).toBe(2);
  await socket.close();
});

it('comes though the wake-up of a logged topic was lost', async () => {
  const { reader, socket, count, change } = await listen();
  expect(await count()).toBe(0);
  await change(1, () =>
    library.live.append(`library.shelf.${reader}`, { kind: 'library.book-added' }, false),
  );
  expect(await count()).toBe(1);
  await socket.close();
});

it('goes on under other rights that come while its access is judged', async () => {
  const { reader, socket, count, change } = await listen();
  expect(await count()).toBe(0);
  const judged = Promise.withResolvers<void>();
  library.live.beforeAuthorize = () => judged.promise;
  const asked = library.live.calls('Authorize');
  const wake = () => library.live.wake(`library.reader.${reader}`);
  // Of both topics, once what was judged when it began is old.
  const calls = () => library.live.calls('Authorize') - asked;
  await expect.poll(() => wake().then(calls)).toBe(2);
  const token = await library.issuer.token(reader, { scopes: ['live:subscribe', 'reviews:read'] });
  socket.send({ type: 'ping', payload: { Authorization: `Bearer ${token}` } });
  await expect.poll(calls).toBe(4);
  judged.resolve();
  library.live.beforeAuthorize = undefined;
  await change(1, wake);
  expect(await count()).toBe(1);
  await socket.close();
});

it('conflates what comes faster than it can be told, and ends with the newest', async () => {
  const { reader, socket, operation, count, change } = await listen();
  expect(await count()).toBe(0);
  const changes = 200;
  for (let value = 1; value <= changes; value += 1) {
    await change(value, () => library.live.wake(`library.reader.${reader}`));
  }
  let told = 0;
  let last = 0;
  while (last < changes) {
    last = await count();
    told += 1;
  }
  expect(told).toBeLessThan(changes);
  expect(operation.waiting()).toBe(0);
  await socket.close();
});
