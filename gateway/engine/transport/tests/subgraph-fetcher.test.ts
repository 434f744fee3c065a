import { afterEach, expect, it } from 'vitest';
import { DATA, status, well } from '#tests/fixtures/faulty-subgraph.ts';
import { createContext } from '../../../request/context.ts';
import { startTransport, type Transport } from './transport.ts';

let transport: Transport;
afterEach(() => transport.close());

/** Asks by an endpoint of its own, as a supergraph does that was loaded just now. */
async function askAnew(): Promise<unknown> {
  const { fetcher, subgraph } = transport;
  using context = createContext({
    requestId: 'r-2',
    viewer: null,
    timeoutMs: 5_000,
    header: () => undefined,
  });
  const { errors } = await fetcher.endpoint('things', subgraph.url).send('{}', context, 'query');
  return errors?.[0]?.extensions?.['code'] ?? 'OK';
}

it('keeps a breaker open over a reload', async () => {
  transport = await startTransport({ retries: 0, breakerMinRequests: 1, breakerOpenMs: 600_000 });
  transport.subgraph.answering = status(503);
  await transport.ask().answer;
  transport.fetcher.retain(new Set([transport.subgraph.url]));
  transport.subgraph.answering = well;
  expect(await askAnew()).toBe('SUBGRAPH_UNAVAILABLE');
  expect(transport.subgraph.bodies).toHaveLength(1);
});

it('lets those finish who ask a subgraph that is not served any more, waiting ones too', async () => {
  transport = await startTransport({ connections: 1 });
  const held: (() => void)[] = [];
  transport.subgraph.answering = (...asked) => held.push(() => well(...asked));
  const [first, second] = [transport.ask(), transport.ask()];
  await expect.poll(() => held).toHaveLength(1);
  transport.fetcher.retain(new Set());
  transport.subgraph.answering = well;
  held[0]?.();
  expect([await first.answer, await second.answer]).toEqual([{ data: DATA }, { data: DATA }]);
  expect(await transport.ask().code).toBe('OK');
});
