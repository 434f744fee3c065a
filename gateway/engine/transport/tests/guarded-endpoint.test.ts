import { afterEach, describe, expect, it } from 'vitest';
import {
  type Answering,
  DATA,
  drip,
  garbage,
  graphqlError,
  halfABody,
  hang,
  inTurn,
  reset,
  status,
  well,
} from '#tests/fixtures/faulty-subgraph.ts';
import { startTransport, type Transport, type TransportOptions } from './transport.ts';

let transport: Transport;

async function start(options: TransportOptions, answering: Answering = well): Promise<Transport> {
  transport = await startTransport(options);
  transport.subgraph.answering = answering;
  return transport;
}
afterEach(() => transport.close());

/** No breaker, no retries: what one attempt does. */
const BARE: TransportOptions = { retries: 0, breakerMinRequests: 1_000_000 };
/** Opens at the fourth failure, and stays so. */
const BRITTLE: TransportOptions = { retries: 0, breakerMinRequests: 4, breakerOpenMs: 600_000 };

const times = <Value>(count: number, make: () => Value) => Array.from({ length: count }, make);

describe('one attempt', () => {
  it.each([
    ['answers', well, 'OK'],
    ['answers 503', status(503), 'SUBGRAPH_UNAVAILABLE'],
    ['answers 500 without a word of GraphQL', status(500), 'SUBGRAPH_UNAVAILABLE'],
    ['resets the connection', reset, 'SUBGRAPH_UNAVAILABLE'],
    ['answers half a body', halfABody, 'SUBGRAPH_UNAVAILABLE'],
    ['answers garbage', garbage, 'SUBGRAPH_UNAVAILABLE'],
    ['hangs', hang, 'DEADLINE_EXCEEDED'],
    ['answers a byte at a time', drip, 'DEADLINE_EXCEEDED'],
    ['tells an error of GraphQL', graphqlError, 'NOT_FOUND'],
  ])('of a subgraph that %s is one answer', async (_what, answering, code) => {
    await start({ ...BARE, timeoutMs: code === 'DEADLINE_EXCEEDED' ? 1_000 : 60_000 }, answering);
    expect(await transport.ask().code).toBe(code);
    expect(transport.subgraph.bodies).toHaveLength(1);
  });

  it('of a subgraph that is dead is one answer', async () => {
    await start(BARE);
    await transport.subgraph.die();
    expect(await transport.ask().code).toBe('SUBGRAPH_UNAVAILABLE');
  });

  it('keeps what a subgraph says beside a status of overload', async () => {
    await start(BARE, (response) =>
      response.writeHead(503).end('{"errors":[{"message":"Later.","extensions":{"code":"UNAVAILABLE"}}]}'),
    );
    expect(await transport.ask().code).toBe('UNAVAILABLE');
  });

  it('hands on the headers that are named, and no others', async () => {
    let received: NodeJS.Dict<string | string[]> = {};
    await start({ ...BARE, forwarded: ['authorization'] }, (...asked) => {
      received = asked[1].headers;
      well(...asked);
    });
    await transport.ask({ headers: { authorization: 'Bearer t', cookie: 'c=1' } }).answer;
    const { host, connection, ...sent } = received;
    expect(sent).toEqual({
      accept: 'application/json',
      authorization: 'Bearer t',
      'content-length': '21',
      'content-type': 'application/json',
      'x-timeout-ms': expect.stringMatching(/^\d+$/),
    });
  });
});

describe('a query', () => {
  it.each([
    ['a reset', reset],
    ['half a body', halfABody],
    ['a 502', status(502)],
    ['a 503', status(503)],
    ['a 504', status(504)],
    ['a 429', status(429, { 'retry-after': '0' })],
  ])('is sent again after %s', async (_what, fault) => {
    await start({}, inTurn(fault, well));
    expect(await transport.ask().answer).toEqual({ data: DATA });
    expect(transport.subgraph.bodies).toHaveLength(2);
    const retries = 'fitme_gateway_subgraph_retries_total{subgraph="things",outcome="sent"}';
    expect(await transport.metric(retries)).toBe(1);
  });

  it('is sent again to a subgraph that was away', async () => {
    await start({ retries: 50, retriesPerSecond: 1_000 });
    await transport.subgraph.die();
    const { answer } = transport.ask();
    await transport.subgraph.revive();
    expect(await answer).toEqual({ data: DATA });
  });

  it.each([
    ['an error of GraphQL', graphqlError],
    ['garbage', garbage],
    ['a fault of the subgraph', status(500)],
  ])('is not sent again after %s', async (_what, fault) => {
    await start({}, fault);
    await transport.ask().answer;
    expect(transport.subgraph.bodies).toHaveLength(1);
  });

  it('is given up where Retry-After comes later than the client waits', async () => {
    await start({}, status(503, { 'retry-after': '60' }));
    expect(await transport.ask({ timeoutMs: 30_000 }).code).toBe('SUBGRAPH_UNAVAILABLE');
    expect(transport.subgraph.bodies).toHaveLength(1);
  });

  it('is let go while it waits for its retry, when the client leaves', async () => {
    await start({ timeoutMs: 60_000 }, status(503, { 'retry-after': '50' }));
    const { code, leave } = transport.ask();
    const sent = 'fitme_gateway_subgraph_retries_total{subgraph="things",outcome="sent"}';
    await expect.poll(() => transport.metric(sent)).toBe(1);
    leave();
    expect(await code).toBe('CANCELLED');
    expect(transport.subgraph.bodies).toHaveLength(1);
  });
});

it.each([
  ['resets the connection', reset],
  ['answers half a body', halfABody],
  ['answers 503', status(503, { 'retry-after': '0' })],
  ['answers 429', status(429, { 'retry-after': '0' })],
  ['hangs', hang],
])('a mutation is sent once to a subgraph that %s', async (_what, fault) => {
  await start({ retries: 5, retriesPerSecond: 1_000, timeoutMs: 3_000 }, inTurn(fault, well));
  expect(await transport.ask({ kind: 'mutation' }).code).not.toBe('OK');
  // What else was on its way would be there before this one.
  expect(await transport.ask({ body: 'last' }).code).toBe('OK');
  expect(transport.subgraph.bodies).toHaveLength(2);
});

it('a storm is not answered with a storm: retries stay within the budget', async () => {
  await start(
    { retries: 5, retryRatio: 0.1, retriesPerSecond: 1, breakerMinRequests: 1_000_000 },
    status(503),
  );
  const startedAt = performance.now();
  for (let round = 0; round < 10; round += 1) await Promise.all(times(20, () => transport.ask().answer));
  const seconds = (performance.now() - startedAt) / 1_000;
  const retries = transport.subgraph.bodies.length - 200;
  expect(retries).toBeGreaterThan(0);
  expect(retries).toBeLessThanOrEqual(200 * 0.1 + seconds + 1);
  const refused = 'fitme_gateway_subgraph_retries_total{subgraph="things",outcome="refused"}';
  expect(await transport.metric(refused)).toBeGreaterThan(100);
});

describe('the breaker', () => {
  it.each([
    ['dies', null, 'ECONNREFUSED'],
    ['answers 503', status(503), 'HTTP 503'],
    ['resets connections', reset, 'ECONNRESET'],
    ['hangs', hang, 'timeout'],
  ])('opens where a subgraph %s, and answers at once from then on', async (_what, fault, code) => {
    await start({ ...BRITTLE, timeoutMs: fault === hang ? 1_000 : 60_000 }, fault ?? well);
    if (fault === null) await transport.subgraph.die();
    await Promise.all(times(4, () => transport.ask().answer));
    const before = transport.subgraph.bodies.length;
    const answer = await transport.ask().answer;
    expect(answer.errors).toEqual([
      {
        message: 'This part is unavailable right now. Try again.',
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryAfterMs: expect.any(Number) },
      },
    ]);
    expect(transport.subgraph.bodies).toHaveLength(before);
    expect(transport.lines).toEqual([`a subgraph fails: it is not asked for a while (${code})`]);
    expect(await transport.metric('fitme_gateway_breaker_state{subgraph="things"}')).toBe(2);
  });

  it.each([
    ['errors of GraphQL', graphqlError, 15_000],
    ['clients that wait too short', hang, 20],
  ])('stays closed for %s', async (_what, answering, timeoutMs) => {
    await start(BRITTLE, answering);
    await Promise.all(times(20, () => transport.ask({ timeoutMs }).answer));
    transport.subgraph.answering = well;
    expect(await transport.ask().code).toBe('OK');
    expect(transport.lines).toEqual([]);
  });

  it('stays closed for clients that leave', async () => {
    await start(BRITTLE, hang);
    const asked = times(20, () => transport.ask());
    await expect.poll(() => transport.subgraph.bodies).toHaveLength(20);
    for (const { leave } of asked) leave();
    expect(new Set(await Promise.all(asked.map(({ code }) => code)))).toEqual(new Set(['CANCELLED']));
    await expect.poll(() => transport.subgraph.abandoned).toBe(20);
    transport.subgraph.answering = well;
    expect(await transport.ask().code).toBe('OK');
  });

  it('lets one probe through, and all when that is answered', async () => {
    await start({ ...BRITTLE, breakerOpenMs: 50 }, status(503));
    await Promise.all(times(4, () => transport.ask().answer));
    const release = Promise.withResolvers<void>();
    transport.subgraph.answering = async (...asked) => {
      await release.promise;
      well(...asked);
    };
    const probes: Promise<unknown>[] = [];
    await expect
      .poll(() => {
        probes.push(transport.ask().code);
        return transport.subgraph.bodies.length;
      })
      .toBe(5);
    const beside = await Promise.all(times(20, () => transport.ask().code));
    expect(new Set(beside)).toEqual(new Set(['SUBGRAPH_UNAVAILABLE']));
    expect(transport.subgraph.bodies).toHaveLength(5);
    release.resolve();
    await expect.poll(() => transport.ask().code).toBe('OK');
    expect((await Promise.all(probes)).filter((code) => code === 'OK')).toHaveLength(1);
    expect(transport.lines).toEqual([
      'a subgraph fails: it is not asked for a while (HTTP 503)',
      'a subgraph that failed is tried again',
      'a subgraph that failed answers again',
    ]);
  });

  it('sends away those that wait for a place when it opens', async () => {
    await start({ ...BRITTLE, connections: 4, timeoutMs: 600_000 }, hang);
    const asked = times(20, () => transport.ask());
    await expect.poll(() => transport.subgraph.bodies).toHaveLength(4);
    await transport.subgraph.die();
    const codes = await Promise.all(asked.map(({ code }) => code));
    expect(new Set(codes)).toEqual(new Set(['SUBGRAPH_UNAVAILABLE']));
    expect(transport.subgraph.bodies).toHaveLength(4);
  });
});

describe('the limit', () => {
  it('lets twenty fetches through three at a time', async () => {
    const held: (() => void)[] = [];
    await start({ connections: 3 }, (...asked) => held.push(() => well(...asked)));
    const codes = Promise.all(times(20, () => transport.ask().code));
    await expect.poll(() => held).toHaveLength(3);
    expect(await transport.metric('fitme_gateway_subgraph_in_flight{subgraph="things"}')).toBe(3);
    expect(await transport.metric('fitme_gateway_subgraph_queued{subgraph="things"}')).toBe(17);
    transport.subgraph.answering = well;
    for (const release of held) release();
    expect(await codes).toEqual(times(20, () => 'OK'));
    expect(transport.subgraph.bodies).toHaveLength(20);
  });

  it('refuses at once what finds the queue full', async () => {
    await start({ ...BARE, connections: 1, queue: 2 }, hang);
    const asked = times(3, () => transport.ask());
    await expect.poll(() => transport.subgraph.bodies).toHaveLength(1);
    expect(await transport.metric('fitme_gateway_subgraph_queued{subgraph="things"}')).toBe(2);
    expect(await transport.ask().code).toBe('RESOURCE_EXHAUSTED');
    for (const { leave } of asked) leave();
    expect(await Promise.all(asked.map(({ code }) => code))).toEqual(times(3, () => 'CANCELLED'));
    expect(transport.subgraph.bodies).toHaveLength(1);
    expect(await transport.metric('fitme_gateway_subgraph_in_flight{subgraph="things"}')).toBe(0);
  });
});

it('a subgraph killed under load is asked again as soon as it is back, by itself', async () => {
  await start({ breakerMinRequests: 4, breakerOpenMs: 20, breakerWindowMs: 500 });
  let isLoaded = true;
  const seen: unknown[] = [];
  const load = times(8, async () => {
    while (isLoaded) {
      seen.push(await transport.ask().code);
      await new Promise(setImmediate);
    }
  });
  await expect.poll(() => seen.length).toBeGreaterThan(50);
  for (let kill = 0; kill < 3; kill += 1) {
    await transport.subgraph.die();
    await expect.poll(() => seen.at(-1)).toBe('SUBGRAPH_UNAVAILABLE');
    await transport.subgraph.revive();
    await expect.poll(() => seen.slice(-8)).toEqual(times(8, () => 'OK'));
  }
  isLoaded = false;
  await Promise.all(load);
  expect(new Set(seen)).toEqual(new Set(['OK', 'SUBGRAPH_UNAVAILABLE']));
});
