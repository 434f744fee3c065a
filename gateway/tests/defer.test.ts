import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { allParts, askInParts, merged } from '#tests/fixtures/in-parts.ts';
import { type GuardedGateway, type GuardedGraph, startGuardedGraph } from './guarded-graph.ts';

let graph: GuardedGraph;
let gateway: GuardedGateway;

beforeAll(async () => {
  graph = await startGuardedGraph('compiled');
  gateway = await graph.start();
});
beforeEach(() => void graph.asked());
afterAll(async () => {
  await gateway?.close();
  await graph?.close();
});

it('refuses in a deferred fragment what a viewer may not read, and asks nobody for it', async () => {
  const query = '{ person(id: "1") { name ... @defer { steps weight } } }';
  const parts = await allParts(await askInParts(`${gateway.url}/graphql`, { query }));
  expect(parts).toMatchObject([
    { data: { person: { name: 'Person 1' } }, hasNext: true },
    {
      incremental: [
        {
          data: { steps: 5_000, weight: null },
          errors: [{ path: ['person', 'weight'], extensions: { code: 'UNAUTHENTICATED' } }],
        },
      ],
      hasNext: false,
    },
  ]);
  expect(graph.asked()).not.toContain('Person.weight');
});

it('runs no mutation of an operation of which a refusal leaves no data, deferred or not', async () => {
  const query = 'mutation { rename(id: "1") { id ... @defer { steps } } note(text: "x") }';
  const parts = await allParts(await askInParts(`${gateway.url}/graphql`, { query }));
  expect(merged(parts)).toMatchObject({ data: null, errors: [{ path: ['rename'] }] });
  expect(graph.asked()).toEqual([]);
});
