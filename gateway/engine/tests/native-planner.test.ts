import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { composeSupergraph, readSubgraphs } from '#tests/differential/composed.ts';
import { createNativePlanner } from '../native-planner.ts';
import { createPlanner } from '../planner-routing.ts';
import { loadSupergraph } from '../supergraph.ts';

const log = createLogger({ level: 'silent', name: 'native-planner' });
const subgraphs = readSubgraphs('media');
const sdl = composeSupergraph(
  subgraphs,
  Object.fromEntries(subgraphs.map(({ name }) => [name, `http://127.0.0.1/${name}`])),
);
const ALL = { labels: [], percentage: 100 };
/** Of this, the planner panics: one place is asked for a field, and for it again under an alias of the same name. */
const DEADLY = '{ people { favourite { ... on Media { ratings { about { id: id __typename } } } } } }';

it('plans side by side', async () => {
  const planner = createNativePlanner(sdl);
  const queries = ['{ people { name } }', '{ newest { __typename } }'];
  const plans = await Promise.all(queries.map((query) => planner.plan({ ...ALL, query })));
  expect(plans).toMatchObject([{ serviceName: 'catalog' }, { serviceName: 'streaming' }]);
  planner.close();
});

it('says what it cannot plan', async () => {
  const planner = createNativePlanner(sdl);
  await expect(planner.plan({ ...ALL, query: '{ nothing }' })).rejects.toThrow(/nothing/);
  planner.close();
});

it('outlives a panic, and is not started for ever', async () => {
  const planner = createNativePlanner(sdl);
  for (let crash = 0; crash < 5; crash += 1) {
    await expect(planner.plan({ ...ALL, query: DEADLY })).rejects.toThrow(/ended with SIGABRT/);
    if (crash === 0)
      expect(await planner.plan({ ...ALL, query: '{ people { name } }' })).toMatchObject({ kind: 'Fetch' });
  }
  await expect(planner.plan({ ...ALL, query: '{ people { name } }' })).rejects.toThrow(/crashed too often/);
});

it('ends what is under way when it is closed, and takes nothing more', async () => {
  const planner = createNativePlanner(sdl);
  const under = planner.plan({ ...ALL, query: '{ people { name } }' });
  planner.close();
  expect(await under).toMatchObject({ kind: 'Fetch' });
  await expect(planner.plan({ ...ALL, query: '{ people { name } }' })).rejects.toThrow(/closed/);
});

it('leaves to the other planner what it panics of', async () => {
  const planner = await createPlanner(loadSupergraph(sdl), log, { planner: 'native' });
  const document = parse(DEADLY);
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
  expect(await planner.plan({ document, operation })).toMatchObject({ kind: 'sequence' });
  planner.close();
});
