import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { topicChannel } from '#platform/events/channels.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';

let library: Library;
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(inject('redisUrl'));
  library = await startLibrary({ LIVE_WINDOW: '8', LIVE_MAX_LAG: '10', LIMIT_SOCKET_OPERATIONS: '1000' });
});
afterAll(async () => {
  redis.disconnect();
  await library.close();
});

const ROUNDS = 1_000;
const EVENTS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { cursor kind book { title } } }';
const KINDS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { kind } }';
const COUNTS = 'subscription { countsChanged { viewer { id } } }';

/** Of this file: others use the same Redis. */
const own = randomUUID();
const ownChannels = async () =>
  (await redis.pubsub('CHANNELS', `${topicChannel('library.')}*${own}*`)).length;
/** Fewer than one a batch of subscriptions: what else runs in this process has some, which come and go. */
const TIMERS_OF_OTHERS = 10;
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe(`${ROUNDS} subscriptions`, () => {
  it('leave nothing behind when they are completed', async () => {
    const socket = await connectSocket(library.gateway.url, await library.issuer.token(own));
    onTestFinished(() => socket.terminate());
    const before = { held: library.gateway.live(), timers: timers() };
    const batch = 100;
    for (let round = 0; round < ROUNDS; round += batch) {
      const operations = Array.from({ length: batch }, (_, index) =>
        index % 10 === 0
          ? socket.operate(COUNTS)
          : socket.operate(EVENTS, { shelf: `${own}-${(round + index) % 50}` }),
      );
      await expect.poll(() => library.gateway.live().subscriptions).toBe(batch);
      for (const operation of operations) operation.complete();
      await expect.poll(() => library.gateway.live().subscriptions).toBe(0);
    }
    await expect.poll(library.gateway.live).toEqual(before.held);
    await expect.poll(timers).toBeLessThan(before.timers + TIMERS_OF_OTHERS);
    await expect.poll(ownChannels).toBe(0);
    await socket.close();
  });

  it('leave nothing behind when their sockets are dropped', async () => {
    const token = await library.issuer.token(own);
    const before = { held: library.gateway.live(), timers: timers() };
    const batch = 50;
    for (let round = 0; round < ROUNDS; round += batch) {
      const sockets = await Promise.all(
        Array.from({ length: batch }, () => connectSocket(library.gateway.url, token)),
      );
      for (const socket of sockets) socket.operate(EVENTS, { shelf: `${own}-${round % 7}` });
      // Half of the rounds do not wait until the subscriptions have begun.
      if (round % 100 === 0) {
        await expect.poll(() => library.gateway.live().subscriptions).toBe(batch);
      }
      for (const socket of sockets) socket.terminate();
      await expect.poll(() => library.gateway.live().connections).toBe(0);
    }
    await expect.poll(library.gateway.live).toEqual(before.held);
    await expect.poll(timers).toBeLessThan(before.timers + TIMERS_OF_OTHERS);
    await expect.poll(ownChannels).toBe(0);
  });
});

it('shows in the metrics what is held while it is, and what was delivered', async () => {
  const shelf = randomUUID();
  const before = await liveMetrics();
  const sockets = await Promise.all(
    Array.from({ length: 3 }, async () =>
      connectSocket(library.gateway.url, await library.issuer.token(own)),
    ),
  );
  const operations = sockets.map((socket) => socket.operate(EVENTS, { shelf }));
  await expect.poll(() => library.gateway.live().subscriptions).toBe(3);
  await library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects: {} });
  for (const operation of operations) await operation.next();
  await expect.poll(liveMetrics).toMatchObject({
    connections: 3,
    subscriptions: 3,
    topics: 1,
    channels: (before['channels'] ?? 0) + 1,
    queued_bytes: 0,
    deliveries_total: (before['deliveries_total'] ?? 0) + 3,
    delay_seconds_count: expect.any(Number),
  });
  await Promise.all(sockets.map((socket) => socket.close()));
  await expect
    .poll(liveMetrics)
    .toMatchObject({ connections: 0, subscriptions: 0, topics: 0, channels: before['channels'] });
});

/** By what follows fitme_live_ in their names. */
async function liveMetrics(): Promise<Record<string, number>> {
  const text = await (await fetch(`${library.gateway.url}/metrics`)).text();
  const lines = text.matchAll(/^fitme_live_(\w+)(?:\{mode="logged"\})? (\d+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
}

it('ends a subscriber that fell too far behind, with a cursor to resume', async () => {
  const topic = 'library.shelf.slow';
  const title = 'x'.repeat(200_000);
  const token = await library.issuer.token(own);
  const socket = await connectSocket(library.gateway.url, token);
  const operation = socket.operate(EVENTS, { shelf: 'slow' });
  await expect.poll(() => library.gateway.live().subscriptions).toBe(1);
  library.shelves.titles.set('long', title);
  await library.live.append(topic, { kind: 'library.book-added', subjects: { book: 'long' } });
  await operation.next();
  const witness = await connectSocket(library.gateway.url, token);
  const watching = witness.operate(KINDS, { shelf: 'slow' });
  await expect.poll(() => library.gateway.live().subscriptions).toBe(2);

  socket.pause();
  // More than the sockets' buffers hold.
  for (let event = 0; event < 200; event += 1) {
    await library.live.append(topic, { kind: 'library.book-added', subjects: { book: 'long' } });
  }
  // The gateway has read them all, and waits for the client.
  for (let event = 0; event < 200; event += 1) await watching.next();
  await expect.poll(library.queuedBytes).toBeGreaterThan(0);
  socket.resume();

  let delivered = 1;
  let result = await operation.next();
  let last: unknown;
  for (; result.data; result = await operation.next()) {
    delivered += 1;
    last = cursorOf(result.data);
  }
  expect(delivered).toBeLessThan(201);
  expect(result.errors).toMatchObject([{ extensions: { code: 'RESOURCE_EXHAUSTED', cursor: last } }]);
  expect(await operation.message()).toMatchObject({ type: 'complete' });

  const resumed = socket.operate(
    'subscription ($shelf: ID!, $after: String) { shelfEvents(shelfId: $shelf, after: $after) { cursor } }',
    { shelf: 'slow', after: last },
  );
  for (; delivered < 201; delivered += 1) expect((await resumed.next()).errors).toBeUndefined();
  await Promise.all([socket.close(), witness.close()]);
});

function cursorOf(data: Record<string, unknown>): unknown {
  return (data['shelfEvents'] as { cursor: string }).cursor;
}
