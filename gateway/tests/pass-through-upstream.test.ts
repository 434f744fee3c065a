import { createServer } from 'node:net';
import { type FormattedExecutionResult, parse } from 'graphql';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SubscribingSubgraph, serveSubscribingSubgraph } from '#tests/fixtures/subscribing-subgraph.ts';
import { CALL_MS } from '#tests/patience.ts';
import {
  subscribeUpstream,
  type UpstreamFailure,
  type UpstreamRequest,
} from '../live/operations/pass-through-upstream.ts';

const TYPES = parse(`
  type Query { a: Int }
  type Subscription { count(to: Int!): String! endless: Int! failing: Int }
`);
/** Larger than what sockets hold for one another. */
const PADDING = 'x'.repeat(100_000);

let subgraph: SubscribingSubgraph;
let made: number;
let ended: number;

beforeEach(async () => {
  made = 0;
  ended = 0;
  subgraph = await serveSubscribingSubgraph(TYPES, {
    Subscription: {
      count: { subscribe: (_: unknown, { to }: { to: number }) => count(to) },
      endless: { subscribe: endless },
      failing: { subscribe: () => Promise.reject(new Error('It does not run.')) },
    },
  });
});
afterEach(() => subgraph.close());

it('tells every result once and in order, then the end, and closes the connection', async () => {
  const { listener, results, over } = recorder<{ count: string }>();
  subscribeUpstream(
    request({ query: 'subscription ($to: Int!) { count(to: $to) }', variables: { to: 50 } }),
    LIMITS,
    listener,
  );
  expect(await over).toBe('complete');
  expect(results.map(({ data }) => data?.count.replace(PADDING, ''))).toEqual(
    Array.from({ length: 50 }, (_each, index) => `${index}`),
  );
  await expect.poll(() => subgraph.connections()).toBe(0);
});

it('leaves in the hands of the subgraph what nobody takes', async () => {
  const taken = Promise.withResolvers<void>();
  const { listener, results, over } = recorder({ until: taken.promise });
  subscribeUpstream(request({ query: 'subscription { count(to: 2000) }' }), LIMITS, listener);
  await expect.poll(() => results.length).toBe(1);
  const stopped = await settled(() => made);
  expect(stopped).toBeLessThan(1_000);
  taken.resolve();
  expect(await over).toBe('complete');
  expect(results).toHaveLength(2_000);
});

it('ends upstream what is ended here, and tells no more', async () => {
  const { listener, results } = recorder();
  const end = subscribeUpstream(request({ query: 'subscription { endless }' }), LIMITS, listener);
  await expect.poll(() => results.length).toBe(1);
  end();
  await expect.poll(() => [ended, subgraph.connections()]).toEqual([1, 0]);
  expect(results).toHaveLength(1);
});

it('leaves no connection behind that was still being made', async () => {
  const end = subscribeUpstream(request({ query: 'subscription { endless }' }), LIMITS, recorder().listener);
  end();
  await expect.poll(() => subgraph.connections()).toBe(0);
  expect(subgraph.greetings).toEqual([]);
});

it('says that it was lost', async () => {
  const { listener, results, over } = recorder();
  subscribeUpstream(request({ query: 'subscription { endless }' }), LIMITS, listener);
  await expect.poll(() => results.length).toBe(1);
  subgraph.cut();
  expect(await over).toEqual({ kind: 'lost', code: 1006 });
});

it('says why it was refused', async () => {
  const { listener, over } = recorder();
  subscribeUpstream(request({ query: 'subscription { nothing }' }), LIMITS, listener);
  expect(await over).toMatchObject({
    kind: 'refused',
    errors: [{ message: expect.stringContaining('nothing') }],
  });
});

it('hears the code with which it is turned away', async () => {
  const { listener, over } = recorder();
  const headers = { 'x-deny': '4403' };
  subscribeUpstream(request({ query: 'subscription { endless }', headers }), LIMITS, listener);
  expect(await over).toEqual({ kind: 'lost', code: 4403 });
});

it('sends headers with the upgrade and with the greeting', async () => {
  const headers = { authorization: 'Bearer one' };
  const { listener, results } = recorder();
  const end = subscribeUpstream(request({ query: 'subscription { endless }', headers }), LIMITS, listener);
  await expect.poll(() => results.length).toBe(1);
  expect(subgraph.greetings).toEqual([headers]);
  expect(subgraph.upgrades[0]?.headers).toMatchObject(headers);
  end();
});

it('gives up a subgraph that says nothing', async () => {
  const silent = createServer(() => {}).unref();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const { listener, over } = recorder();
  const url = `ws://127.0.0.1:${port}/graphql`;
  subscribeUpstream(
    request({ url, query: 'subscription { endless }' }),
    { ...LIMITS, timeoutMs: 200 },
    listener,
  );
  expect(await over).toMatchObject({ kind: 'lost' });
});

it('gives up a subgraph that says too much at a time', async () => {
  const { listener, over } = recorder();
  subscribeUpstream(
    request({ query: 'subscription { count(to: 5) }' }),
    { ...LIMITS, maxBytes: 1_000 },
    listener,
  );
  expect(await over).toMatchObject({ kind: 'lost' });
});

const LIMITS = { timeoutMs: CALL_MS, maxBytes: 1_000_000 };

function request(part: Partial<UpstreamRequest> & { query: string }): UpstreamRequest {
  return { url: subgraph.url.replace('http', 'ws'), variables: {}, headers: {}, ...part };
}

/** Takes the first result, and waits with the others `until`. */
function recorder<Data extends object>({ until = Promise.resolve() }: { until?: Promise<void> } = {}) {
  const results: FormattedExecutionResult<Data>[] = [];
  const end = Promise.withResolvers<'complete' | UpstreamFailure>();
  const listener = {
    async next(result: FormattedExecutionResult) {
      results.push(result as FormattedExecutionResult<Data>);
      await until;
    },
    complete: () => end.resolve('complete'),
    fail: (failure: UpstreamFailure) => end.resolve(failure),
  };
  return { listener, results, over: end.promise };
}

/** What a number is once it changes no more. */
async function settled(read: () => number): Promise<number> {
  let last = -1;
  await expect
    .poll(
      () => {
        const same = read() === last;
        last = read();
        return same;
      },
      { interval: 300 },
    )
    .toBe(true);
  return last;
}

async function* count(to: number) {
  for (let index = 0; index < to; index += 1) {
    made += 1;
    yield { count: `${index}${PADDING}` };
  }
}

/** Yields once, and waits until it is ended: a generator that waits could not be. */
function endless(): AsyncIterableIterator<{ endless: number }> {
  const over = Promise.withResolvers<IteratorResult<{ endless: number }>>();
  let isFirst = true;
  return {
    next() {
      if (!isFirst) return over.promise;
      isFirst = false;
      return Promise.resolve({ done: false, value: { endless: 1 } });
    },
    async return() {
      ended += 1;
      over.resolve({ done: true, value: undefined });
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
