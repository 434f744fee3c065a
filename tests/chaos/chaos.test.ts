import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DISTURBANCES } from './disturbances.ts';
import { startQueries } from './queries.ts';
import { startTraffic } from './traffic.ts';
import { type ChaosWorld, startChaosWorld } from './world.ts';

/** How often each disturbance comes; CHAOS_ROUNDS. */
const ROUNDS = inject('chaosRounds');
const TIMEOUT = 120_000 * ROUNDS;
/** As often is the supergraph replaced; in the long form a hundred times. */
const RELOADS = 5 * ROUNDS;

let world: ChaosWorld;
let supergraph: string;

beforeAll(async () => {
  supergraph = await readFile(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  world = await startChaosWorld(supergraph);
});
afterAll(() => world?.close());

describe('nothing that was acknowledged is lost, and nothing comes twice', () => {
  it.for(DISTURBANCES)('$name', { timeout: TIMEOUT }, async ({ happen }) => {
    const traffic = await startTraffic(world);
    for (let round = 0; round < ROUNDS; round += 1) {
      await traffic.acknowledged(20);
      await happen(world);
    }
    await traffic.acknowledged(20);
    await traffic.expectNothingLost();
  });

  it(
    `${RELOADS} new supergraphs at 200 queries a second, of which none fails`,
    async () => {
      const versions = [supergraph, `${supergraph}\n# another one\n`];
      const traffic = await startTraffic(world);
      const queries = startQueries(world.network, traffic.people[0]?.token ?? '');
      for (let reload = 1; reload <= RELOADS; reload += 1) {
        const before = await reloads();
        await world.replaceSupergraph(versions[reload % 2] ?? '');
        await expect.poll(reloads, { interval: 20 }).toBe(before + 1);
      }
      const { answered, failures } = await queries.stop();
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(100);
      await traffic.expectNothingLost();
    },
    TIMEOUT,
  );
});

describe('a client', () => {
  it('that stops reading for a while gets the rest when it reads again', { timeout: TIMEOUT }, async () => {
    const traffic = await startTraffic(world);
    const readOn = traffic.followers[0]?.pause();
    await traffic.acknowledged(50 * ROUNDS);
    readOn?.();
    await traffic.expectNothingLost();
  });

  it('that vanishes gets the rest when it comes back, and leaves nothing', { timeout: TIMEOUT }, async () => {
    const traffic = await startTraffic(world);
    for (let round = 0; round < 5 * ROUNDS; round += 1) {
      for (const follower of traffic.followers) follower.vanish();
      await traffic.acknowledged(5);
    }
    await traffic.expectNothingLost();
    await expect.poll(subscriptions).toBe(0);
  });
});

const reloads = () => metric(/^fitme_gateway_supergraph_reloads_total\{outcome="loaded"\} (\d+)$/m);
const subscriptions = () => metric(/^fitme_live_subscriptions (\d+)$/m);

async function metric(line: RegExp): Promise<number> {
  const text = await (await fetch(`${world.network.gatewayUrl}/metrics`)).text();
  return Number(line.exec(text)?.[1] ?? 0);
}
