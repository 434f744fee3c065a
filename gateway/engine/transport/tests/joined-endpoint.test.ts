import { afterEach, expect, it } from 'vitest';
import { type Answering, DATA, status, well } from '#tests/fixtures/faulty-subgraph.ts';
import { type AskOptions, startTransport, type Transport, type TransportOptions } from './transport.ts';

let transport: Transport;
afterEach(() => transport.close());

const READ: AskOptions = { kind: 'read' };
const SHARED = 'fitme_gateway_subgraph_shared_total{subgraph="things"}';

/** Starts one whose subgraph holds its answers back. */
async function start(options: TransportOptions = {}, answering: Answering = well) {
  transport = await startTransport(options);
  const held: (() => void)[] = [];
  transport.subgraph.answering = (...asked) => held.push(() => answering(...asked));
  return { held, arrive: (asked: AskOptions = READ) => transport.arrive(asked) };
}

it('is answered by what was begun after it was here, and each gets an answer of its own', async () => {
  const { held, arrive } = await start();
  const [first, second, third] = [arrive(), arrive(), arrive()];
  const asked = [first.ask(), second.ask(), third.ask()];
  await expect.poll(() => held).toHaveLength(1);
  held[0]?.();
  const answers = await Promise.all(asked.map(({ answer }) => answer));
  expect(answers).toEqual([{ data: DATA }, { data: DATA }, { data: DATA }]);
  expect(new Set(answers.map(({ data }) => data)).size).toBe(3);
  expect(transport.subgraph.bodies).toHaveLength(1);
  expect(await transport.metric(SHARED)).toBe(2);
});

it('asks for itself where the other fetch may have read what was before', async () => {
  const { held, arrive } = await start();
  const before = arrive().ask();
  await expect.poll(() => held).toHaveLength(1);
  // What its client has seen done by now, the fetch under way need not have seen.
  const later = arrive();
  const after = later.ask();
  await expect.poll(() => held).toHaveLength(2);
  for (const answer of held) answer();
  expect(await Promise.all([before.code, after.code])).toEqual(['OK', 'OK']);
  expect(await transport.metric(SHARED)).toBe(0);
});

it.each([
  ['with another token', ['authorization'], { authorization: 'Bearer b' }],
  ['with another header of those that are forwarded', ['accept-language'], { 'accept-language': 'fr' }],
])('asks for itself %s', async (_what, forwarded, headers) => {
  const { held, arrive } = await start({ forwarded });
  const [one, other] = [arrive(), arrive({ ...READ, headers })];
  const asked = [one.ask(), other.ask()];
  await expect.poll(() => held).toHaveLength(2);
  for (const answer of held) answer();
  await Promise.all(asked.map(({ code }) => code));
});

it.each<[what: string, options: TransportOptions, asked: AskOptions, sent: number]>([
  ['with an id of its own', { forwarded: ['x-request-id'] }, { headers: { 'x-request-id': 'r-2' } }, 1],
  ['for another body', {}, { body: '{"query":"{ other }"}' }, 2],
  ['where the policy says so', { shareReads: false }, {}, 2],
  ['within a mutation', {}, { kind: 'query' }, 2],
])('%s', async (_what, options, asked, sent) => {
  const { held, arrive } = await start(options);
  const [one, other] = [arrive({ ...READ, ...(asked.kind && asked) }), arrive({ ...READ, ...asked })];
  const all = [one.ask(), other.ask()];
  await expect.poll(() => held).toHaveLength(sent);
  for (const answer of held) answer();
  expect(await Promise.all(all.map(({ code }) => code))).toEqual(['OK', 'OK']);
});

it('lets whoever joined go to its own deadline, and asks again where the first one leaves', async () => {
  const { held, arrive } = await start();
  const [first, late, last] = [arrive(), arrive({ ...READ, timeoutMs: 30 }), arrive()];
  const asked = { first: first.ask(), late: late.ask(), last: last.ask() };
  await expect.poll(() => held).toHaveLength(1);
  expect(await asked.late.code).toBe('DEADLINE_EXCEEDED');
  asked.first.leave();
  expect(await asked.first.code).toBe('CANCELLED');
  await expect.poll(() => held).toHaveLength(2);
  held[1]?.();
  expect(await asked.last.code).toBe('OK');
});

it('tells each of a failure only after it has asked by itself', async () => {
  const { held, arrive } = await start({ retries: 0 }, status(503));
  const [first, second] = [arrive(), arrive()];
  const asked = [first.ask(), second.ask()];
  await expect.poll(() => held).toHaveLength(1);
  transport.subgraph.answering = well;
  held[0]?.();
  expect(await Promise.all(asked.map(({ code }) => code))).toEqual(['SUBGRAPH_UNAVAILABLE', 'OK']);
});
