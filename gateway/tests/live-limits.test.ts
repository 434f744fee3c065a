import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { createLogger } from '#observability/logger.ts';
import { createCutOff } from '#tests/fixtures/cut-off.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { openSocket } from '#tests/fixtures/socket-client.ts';
import { createRedisOccupancy } from '../live/connections/redis-occupancy.ts';
import type { Gateway } from '../server.ts';

const EVENTS = 'subscription ($shelf: ID!) { shelfEvents(shelfId: $shelf) { kind } }';
const LIMITS = {
  TRUSTED_PROXIES: '127.0.0.1',
  LIVE_CONNECTIONS_PER_ADDRESS: '3',
  LIVE_CONNECTIONS_PER_VIEWER: '2',
  LIVE_SUBSCRIPTIONS_PER_VIEWER: '3',
};
/** How long a word holds that a process says of its connections; it is said again three times as often. */
const LEASE_MS = 2_000;

let library: Library;
let other: Gateway;

beforeAll(async () => {
  library = await startLibrary(LIMITS);
  other = await library.startGateway();
});
afterAll(async () => {
  await other.close();
  await library.close();
});

/** An address of its own for each test: what they count is in the same Redis. */
function newAddress(): string {
  return `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;
}

/** How a socket from an address is greeted: acknowledged, or closed with a code. */
async function greet(gateway: Gateway, address: string, token?: string) {
  const socket = openSocket(gateway.url, { headers: { 'x-forwarded-for': address } });
  socket.send({
    type: 'connection_init',
    payload: token === undefined ? {} : { Authorization: `Bearer ${token}` },
  });
  const greeting = await socket.control().then(
    ({ type }) => type,
    async () => {
      const { code, reason } = await socket.closed;
      return `${code} ${reason}`;
    },
  );
  return { socket, greeting };
}

async function refused(gateway: Gateway, limit: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`live_refused_total\\{limit="${limit}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
}

describe('connections', () => {
  it('of one address are limited over all gateways, and those that close make room', async () => {
    const address = newAddress();
    const open = [
      await greet(library.gateway, address),
      await greet(library.gateway, address),
      await greet(other, address),
    ];
    expect(open.map(({ greeting }) => greeting)).toEqual(Array.from(open, () => 'connection_ack'));
    // Of IPv6, all of a /64 are one client.
    const { greeting } = await greet(other, address.replace('::1', '::2'));
    expect(greeting).toMatch(/^4290 Your address has 3 connections/);
    expect(await refused(other, 'connections_per_address')).toBe(1);
    expect((await greet(other, newAddress())).greeting).toBe('connection_ack');

    open[0]?.socket.terminate();
    await expect.poll(async () => (await greet(other, address)).greeting).toBe('connection_ack');
  });

  it('of one person are limited over all gateways', async () => {
    const token = await library.issuer.token(randomUUID());
    expect((await greet(library.gateway, newAddress(), token)).greeting).toBe('connection_ack');
    expect((await greet(other, newAddress(), token)).greeting).toBe('connection_ack');
    expect((await greet(other, newAddress(), token)).greeting).toMatch(/^4290 You have 2 connections/);
    expect(await refused(other, 'connections_per_viewer')).toBe(1);
  });

  it('are limited as streams of server-sent events, too', async () => {
    const headers = {
      'x-forwarded-for': newAddress(),
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await library.issuer.token(randomUUID())}`,
    };
    const body = JSON.stringify({ query: EVENTS, variables: { shelf: randomUUID() } });
    const leaving = new AbortController();
    const ask = () =>
      fetch(`${other.url}/graphql/stream`, { method: 'POST', headers, body, signal: leaving.signal });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const refusal = await ask();
    expect(refusal.status).toBe(429);
    expect(await refusal.json()).toMatchObject({
      errors: [{ message: expect.stringMatching(/You have 2/), extensions: { code: 'RESOURCE_EXHAUSTED' } }],
    });
    leaving.abort();
    await expect.poll(() => other.live().subscriptions).toBe(0);
  });

  it('of one process are limited: clients find another', async () => {
    const small = await library.startGateway({ LIVE_CONNECTIONS: '2' });
    const greetings = [];
    for (let connection = 0; connection < 3; connection += 1)
      greetings.push((await greet(small, newAddress())).greeting);
    expect(greetings).toEqual(['connection_ack', 'connection_ack', expect.stringMatching(/^1013 /)]);
    await small.close();
  });

  it('are counted by each gateway for itself while Redis is away', async () => {
    const redis = await createCutOff(inject('redisUrl'));
    const alone = await library.startGateway({ REDIS_URL: redis.url });
    redis.cut();
    const address = newAddress();
    const greetings = [];
    for (let connection = 0; connection < 4; connection += 1)
      greetings.push((await greet(alone, address)).greeting);
    expect(greetings.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'connection_ack'));
    expect(greetings[3]).toMatch(/^4290 /);
    await alone.close();
    await redis.close();
  });
});

it('subscriptions of one person are limited, over all of their connections', async () => {
  const token = await library.issuer.token(randomUUID());
  const [first, second] = [
    (await greet(library.gateway, newAddress(), token)).socket,
    (await greet(library.gateway, newAddress(), token)).socket,
  ];
  const running = library.gateway.live().subscriptions;
  for (const socket of [first, first, second]) socket.operate(EVENTS, { shelf: randomUUID() });
  await expect.poll(() => library.gateway.live().subscriptions).toBe(running + 3);
  expect(await second.operate(EVENTS, { shelf: 'a' }).message()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'RESOURCE_EXHAUSTED' } }],
  });
  await first.close();
  await expect.poll(() => library.gateway.live().subscriptions).toBe(running + 1);
  second.operate(EVENTS, { shelf: randomUUID() });
  await expect.poll(() => library.gateway.live().subscriptions).toBe(running + 2);
  await second.close();
});

describe('a socket', () => {
  it('that does not greet is closed with 4408', async () => {
    const gateway = await library.startGateway({ LIVE_INIT_MS: '200' });
    const headers = { 'x-forwarded-for': newAddress() };
    expect((await openSocket(gateway.url, { headers }).closed).code).toBe(4408);
    await gateway.close();
  });

  it('that runs nothing is closed with 1000, and one that does is not', async () => {
    let aheadMs = 0;
    const environment = { LIVE_PING_MS: '2000', LIVE_IDLE_MS: '300000' };
    const gateway = await library.startGateway(environment, { now: () => Date.now() + aheadMs });
    const token = () => library.issuer.token(randomUUID());
    const { socket: busy } = await greet(gateway, newAddress(), await token());
    const shelf = randomUUID();
    const operation = busy.operate(EVENTS, { shelf });
    await expect.poll(() => gateway.live().subscriptions).toBe(1);
    const { socket: idle } = await greet(gateway, newAddress(), await token());
    expect(await idle.operate('{ __typename }').next()).toEqual({ data: { __typename: 'Query' } });
    aheadMs = 301_000;
    expect(await idle.closed).toMatchObject({ code: 1000 });
    await library.live.append(`library.shelf.${shelf}`, { kind: 'library.book-added', subjects: {} });
    expect(await operation.next()).toMatchObject({ data: { shelfEvents: { kind: 'BOOK_ADDED' } } });
    operation.complete();
    await expect.poll(() => gateway.live().subscriptions).toBe(0);
    aheadMs = 602_000;
    expect(await busy.closed).toMatchObject({ code: 1000 });
    await gateway.close();
  });

  it('that answers no ping is dropped', async () => {
    const gateway = await library.startGateway({ LIVE_PING_MS: '1000' });
    const { socket } = await greet(gateway, newAddress());
    const url = `${gateway.url.replace('http', 'ws')}/graphql`;
    const deaf = new WebSocket(url, 'graphql-transport-ws', {
      autoPong: false,
      headers: { 'x-forwarded-for': newAddress() },
    });
    const [code] = await once(deaf, 'close');
    expect(code).toBe(1006);
    expect(await socket.operate('{ __typename }').next()).toEqual({ data: { __typename: 'Query' } });
    await gateway.close();
  });
});

it('what a process that died has said is forgotten, and what a living one says lasts', async () => {
  const log = createLogger({ level: 'silent', name: 'limits' });
  const open = () => {
    const redis = new Redis(inject('redisUrl'), { retryStrategy: () => null });
    return { redis, occupancy: createRedisOccupancy({ redis, log, leaseMs: LEASE_MS }) };
  };
  const [dying, living, latest] = [open(), open(), open()];
  const key = randomUUID();
  expect(await dying.occupancy.enter(key, 2)).not.toBeNull();
  expect(await living.occupancy.enter(key, 2)).not.toBeNull();
  expect(await latest.occupancy.enter(key, 2)).toBeNull();
  dying.redis.disconnect();
  await expect.poll(async () => (await latest.occupancy.enter(key, 2)) !== null).toBe(true);
  const until = Date.now() + 1.5 * LEASE_MS;
  await expect.poll(() => Date.now()).toBeGreaterThan(until);
  expect(await living.occupancy.enter(key, 2)).toBeNull();
  await Promise.all([dying, living, latest].map(({ occupancy }) => occupancy.close()));
  for (const { redis } of [living, latest]) redis.disconnect();
});
