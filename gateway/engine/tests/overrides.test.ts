import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeSupergraph, readSubgraphs } from '#tests/differential/composed.ts';
import { operationOf } from '../document/fragments.ts';
import { createApolloPlanner } from '../planning/apollo-planner.ts';
import { createHivePlanner } from '../planning/hive-planner.ts';
import { createOverrides } from '../planning/overrides.ts';
import { type LoadedSupergraph, loadSupergraph } from '../supergraph/supergraph.ts';

const SDL = ['percent(5)', 'percent(20.5)', 'percent(0)', 'percent(100)', 'new-stock', 'other']
  .map((label) => `f: Int @join__field(graph: A, override: "b", overrideLabel: "${label}")`)
  .join('\n');

const activeAt = (place: number) => {
  const overrides = createOverrides(SDL, ['new-stock', 'unknown'], () => place);
  return [...(overrides?.of(null).labels ?? [])].flatMap(([label, isActive]) => (isActive ? [label] : []));
};

it('activates labels by name, and percentages for their share', () => {
  expect(activeAt(0)).toEqual(['percent(5)', 'percent(20.5)', 'percent(100)', 'new-stock']);
  expect(activeAt(0.0499)).toEqual(['percent(5)', 'percent(20.5)', 'percent(100)', 'new-stock']);
  expect(activeAt(0.05)).toEqual(['percent(20.5)', 'percent(100)', 'new-stock']);
  expect(activeAt(0.205)).toEqual(['percent(100)', 'new-stock']);
  expect(activeAt(0.999)).toEqual(['percent(100)', 'new-stock']);
});

it('has as many decisions as there are shares, and one more', () => {
  const keys = [0, 0.01, 0.06, 0.1, 0.3, 0.9].map(
    (place) => createOverrides(SDL, [], () => place)?.of(null).key,
  );
  expect(new Set(keys).size).toBe(3);
});

it('decides for a viewer once and for all, and for about the share of them', () => {
  const overrides = createOverrides('overrideLabel: "percent(20)"', []);
  const isActive = (id: string) => overrides?.of({ id }).labels.get('percent(20)');
  const ids = Array.from({ length: 5_000 }, (_, index) => `0199a000-0000-7000-8000-${index}`);
  const active = ids.filter(isActive);
  expect(active).toEqual(ids.filter(isActive));
  expect(active.length).toBeGreaterThan(850);
  expect(active.length).toBeLessThan(1_150);
});

it('has nothing to decide where nothing moves', () => {
  expect(createOverrides('type Query { a: Int }', ['a'])).toBeNull();
});

describe.each([
  ['native', createHivePlanner],
  ['other', async (loaded: LoadedSupergraph) => createApolloPlanner(loaded)],
])('the %s planner', (_name, createPlanner) => {
  const subgraphs = readSubgraphs('press');
  const loaded = loadSupergraph(
    composeSupergraph(
      subgraphs,
      Object.fromEntries(subgraphs.map(({ name }) => [name, `http://127.0.0.1/${name}`])),
    ),
  );

  it.each([
    ['body', [], 'cms'],
    ['views', [], 'legacy'],
    ['likes', [], 'legacy'],
    ['likes', ['likes-moved'], 'cms'],
    ['views', ['likes-moved'], 'legacy'],
  ])('takes %s, with %j active, from the subgraph that has it then', async (field, active, subgraph) => {
    const planner = await createPlanner(loaded);
    const document = parse(`{ drafts { ${field} } }`);
    const plan = await planner.plan({
      document,
      operation: operationOf(document),
      overrides: createOverrides(loaded.sdl, active)?.of(null) ?? null,
    });
    planner.close();
    const asked = JSON.stringify(plan)
      .match(/"subgraph":"\w+"/g)
      ?.at(-1);
    expect(asked).toBe(`"subgraph":"${subgraph}"`);
  });
});
