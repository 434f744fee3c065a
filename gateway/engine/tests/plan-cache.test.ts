import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { createMetrics, type Metrics } from '#observability/metrics.ts';
import { heldBytes } from '#tests/heap.ts';
import { unhurriedGateway } from '#tests/patience.ts';
import { readGatewayConfig } from '../../config/config.ts';
import { CompiledExecutor } from '../compiled-executor.ts';
import { sizeOf } from '../document/operation-size.ts';
import { Engine } from '../engine.ts';
import { type LoadedSupergraph, loadSupergraph } from '../supergraph/supergraph.ts';
import { createSubgraphFetcher, type SubgraphFetcher } from '../transport/subgraph-fetcher.ts';
import { LINK, SDL } from './catalogue-sdl.ts';

const OPERATIONS = {
  tiny: 'query NAME { bestStocked { inStock } }',
  wide: `query NAME { products(ids: ["1", "2"]) {
    id name colour size { width height } maker { id name country } reviews { text author { name } } rating parcel inStock
  } }`,
  spread: `query NAME { topReviews { ...R author { name reviews { ...R product { ...P } } } } }
    fragment R on Review { id text product { ...P } } fragment P on Product { id name rating inStock maker { name } }`,
};
const log = createLogger({ level: 'silent', name: 'plan-cache' });

let loaded: LoadedSupergraph;
let fetcher: SubgraphFetcher;

beforeAll(() => {
  const services = Object.entries(SDL).map(([name, sdl]) => ({
    name,
    url: `http://127.0.0.1:9/${name}`,
    typeDefs: parse(LINK + sdl),
  }));
  const { supergraphSdl } = composeServices(services);
  loaded = loadSupergraph(supergraphSdl ?? '');
  const { subgraphs } = readGatewayConfig({ AUTH: 'off', ...unhurriedGateway('compiled') });
  fetcher = createSubgraphFetcher({ ...subgraphs, metrics: createMetrics({ process: false }), log });
});
afterAll(() => fetcher.close());

const BATCH = 25;

it.each(Object.entries(OPERATIONS))(
  'estimates what %s operations take in memory',
  async (_name, operation) => {
    const { engine } = await startEngine(2 ** 30);
    const compile = (name: string) => engine.operation(operation.replace('NAME', name), undefined, null);
    for (let index = 0; index < 60; index += 1) await compile(`Warm${index}`);
    const samples: number[] = [];
    let before = heldBytes();
    for (let sample = 0; sample < 5; sample += 1) {
      for (let index = 0; index < BATCH; index += 1) await compile(`Kept${sample}_${index}`);
      const after = heldBytes();
      samples.push((after - before) / BATCH);
      before = after;
    }
    // The process is not ours alone: what it lets go of meanwhile, for other tests, spoils a sample and not the median.
    const each = samples.sort((one, other) => one - other)[2] ?? 0;
    const estimate = sizeOf(parse(operation, { noLocation: true }));
    // What is written only when a first object comes is not in the heap yet.
    expect(estimate / each).toBeGreaterThan(0.7);
    expect(estimate / each).toBeLessThan(3);
  },
  // Each is planned by another process, which a busy machine keeps waiting.
  90_000,
);

it('keeps what was used last, within its bytes', async () => {
  const source = (name: string) => OPERATIONS.wide.replace('NAME', name);
  const kept = 10;
  const { engine, plans } = await startEngine((kept + 1) * sizeOf(parse(source('A'), { noLocation: true })));
  const names = Array.from({ length: 3 * kept }, (_none, index) => `N${index}`);
  for (const name of names) await engine.operation(source(name), undefined, null);
  const planned = await plans();
  expect(planned).toBe(names.length);
  await engine.operation(source(names.at(-1) ?? ''), undefined, null);
  expect(await plans()).toBe(planned);
  await engine.operation(source(names[0] ?? ''), undefined, null);
  expect(await plans()).toBe(planned + 1);
});

it('tells whether it was compiled before, and what all of it takes', async () => {
  const { engine } = await startEngine(2 ** 20);
  const lookups: boolean[] = [];
  const ask = (source: string) => engine.operation(source, undefined, null, (isKept) => lookups.push(isKept));
  await ask(OPERATIONS.tiny);
  await ask(OPERATIONS.tiny);
  await ask(OPERATIONS.wide);
  expect(lookups).toEqual([false, true, false]);
  const { entries, bytes } = engine.kept();
  expect(entries).toBe(2);
  expect(bytes).toBeGreaterThan(sizeOf(parse(OPERATIONS.wide, { noLocation: true })));
});

async function startEngine(cacheBytes: number): Promise<{ engine: Engine; plans(): Promise<number> }> {
  const { limits, costs, planning } = readGatewayConfig({ AUTH: 'off', ...unhurriedGateway('compiled') });
  const metrics = createMetrics({ process: false });
  const engine = new Engine({
    loaded,
    executor: new CompiledExecutor({
      loaded,
      socketUrls: new Map(),
      endpoints: new Map(
        loaded.subgraphs.map(({ name, url }) => [name, fetcher.endpoint(name, url)] as const),
      ),
      planning,
      log,
    }),
    limits: {
      rules: [],
      tokens: limits.tokens,
      costs: { ...costs, pageSize: limits.pageSize },
      authorization: { decidePolicies: null, canSignIn: false },
      introspection: false,
      caching: false,
      cacheBytes,
    },
    log,
    metrics,
  });
  await engine.ready();
  return { engine, plans: () => plansOf(metrics) };
}

async function plansOf(metrics: Metrics): Promise<number> {
  const counts = [...(await metrics.render()).matchAll(/^fitme_gateway_plans_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
