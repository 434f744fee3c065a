import { afterEach, expect, it } from 'vitest';
import { type Answering, DATA, hang, status, well } from '#tests/fixtures/faulty-subgraph.ts';
import { type AskOptions, startTransport, type Transport, type TransportOptions } from './transport.ts';

let transport: Transport;
afterEach(() => transport.close());

const PUBLIC: AskOptions = { kind: 'public query' };
const SHARED = 'fitme_gateway_subgraph_shared_total{subgraph="things"}';

/** Starts one whose subgraph holds its answers back. */
async function start(options: TransportOptions = {}, answering: Answering = well) {
  transport = await startTransport(options);
  const held: (() => void)[] = [];
  transport.subgraph.answering = (...asked) => held.push(() => answering(...asked));
  return { held, ask: (asked: AskOptions = PUBLIC) => transport.ask(asked) };
}

const times = <Value>(count: number, make: () => Value) => Array.from({ length: count }, make);

it('sends once what many ask at a time, and gives each an answer of its own', async () => {
  const { held, ask } = await start();
  const asked = times(20, ask);
  await expect.poll(() => held).toHaveLength(1);
  expect(await transport.metric(SHARED)).toBe(19);
  held[0]?.();
  const answers = await Promise.all(asked.map(({ answer }) => answer));
  expect(answers).toEqual(times(20, () => ({ data: DATA })));
  expect(new Set(answers.map(({ data }) => data)).size).toBe(20);
  expect(transport.subgraph.bodies).toHaveLength(1);
});

it('keeps nothing once it is answered', async () => {
  await start();
  transport.subgraph.answering = well;
  for (let client = 0; client < 3; client += 1) await transport.ask(PUBLIC).answer;
  expect(transport.subgraph.bodies).toHaveLength(3);
});

it('tells everybody of a failure', async () => {
  const { held, ask } = await start({ retries: 0 }, status(503));
  const asked = times(3, ask);
  await expect.poll(() => held).toHaveLength(1);
  held[0]?.();
  expect(await Promise.all(asked.map(({ code }) => code))).toEqual(times(3, () => 'SUBGRAPH_UNAVAILABLE'));
});

it('lets the first client leave without the others, each to its own deadline', async () => {
  const { held, ask } = await start();
  const first = ask();
  const late = ask({ ...PUBLIC, timeoutMs: 20 });
  const others = times(3, ask);
  await expect.poll(() => held).toHaveLength(1);
  first.leave();
  expect([await first.code, await late.code]).toEqual(['CANCELLED', 'DEADLINE_EXCEEDED']);
  held[0]?.();
  expect(await Promise.all(others.map(({ code }) => code))).toEqual(times(3, () => 'OK'));
  expect([transport.subgraph.bodies.length, transport.subgraph.abandoned]).toEqual([1, 0]);
});

it('calls the fetch off when the last client leaves, and does not give its end to the next', async () => {
  const { held, ask } = await start({}, hang);
  const asked = times(3, ask);
  await expect.poll(() => held).toHaveLength(1);
  for (const { leave } of asked) leave();
  expect(await Promise.all(asked.map(({ code }) => code))).toEqual(times(3, () => 'CANCELLED'));
  const next = ask();
  await expect.poll(() => transport.subgraph.abandoned).toBe(1);
  await expect.poll(() => held).toHaveLength(2);
  next.leave();
});

it.each<[what: string, options: TransportOptions, kind: AskOptions['kind'], fetches: number, sent: string]>([
  ['sends what is not public for each', {}, 'query', 2, 'nothing'],
  [
    'shares nothing where headers of clients go',
    { forwarded: ['authorization'] },
    'public query',
    2,
    'headers',
  ],
  [
    'sends no header of a client where public data is asked for without',
    { forwarded: ['authorization'], anonymousPublic: true },
    'public query',
    1,
    'nothing',
  ],
])('%s', async (_what, options, kind, fetches, sent) => {
  const received: (string | undefined)[] = [];
  const { held, ask } = await start(options);
  transport.subgraph.answering = (...asked) => {
    received.push(asked[1].headers.authorization);
    held.push(() => well(...asked));
  };
  const asked = ['Bearer a', 'Bearer b'].map((authorization) => ask({ kind, headers: { authorization } }));
  await expect.poll(() => held).toHaveLength(fetches);
  for (const release of held) release();
  await Promise.all(asked.map(({ answer }) => answer));
  expect(received.sort()).toEqual(
    sent === 'headers' ? ['Bearer a', 'Bearer b'] : times(fetches, () => undefined),
  );
});
