import { parse } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { composeSupergraph, readSubgraphs } from '#tests/differential/composed.ts';
import { watchTurns } from '../../../bench/measure/turns.ts';
import { createApolloPlanner } from '../planning/apollo-planner.ts';
import { createHivePlanner } from '../planning/hive-planner.ts';
import type { Planner, PlanRequest } from '../planning/planner.ts';
import { createPlanner } from '../planning/planner-choice.ts';
import { PlanTooLargeError } from '../planning/planner-process.ts';
import { PlannerBusyError } from '../planning/planner-queue.ts';
import { loadSupergraph } from '../supergraph/supergraph.ts';

const log = createLogger({ level: 'silent', name: 'planner-process' });
const subgraphs = readSubgraphs('media');
const sdl = composeSupergraph(
  subgraphs,
  Object.fromEntries(subgraphs.map(({ name }) => [name, `http://127.0.0.1/${name}`])),
);
const loaded = loadSupergraph(sdl);
/** Of this, the planner panics: one place is asked for a field, and for it again under an alias of the same name. */
const DEADLY = '{ people { favourite { ... on Media { ratings { about { id: id __typename } } } } } }';

const PLAIN = '{ people { name } }';
/** Planned in JavaScript, it takes half a second. */
const HOSTILE = `{ people { ${Array.from({ length: 200 }, (_, index) => wide(`a${index}`)).join(' ')} } }`;

const opened: Planner[] = [];
afterEach(() => {
  for (const planner of opened.splice(0)) planner.close();
});

function keep(planner: Planner): Planner {
  opened.push(planner);
  return planner;
}

describe.each([
  ['native', createHivePlanner],
  ['other', async (...given: Parameters<typeof createApolloPlanner>) => createApolloPlanner(...given)],
] as const)('the process of the %s planner', (_name, create) => {
  it('plans what comes side by side', async () => {
    const planner = keep(await create(loaded));
    const queries = [PLAIN, '{ newest { __typename } }'];
    const plans = await Promise.all(queries.map((query) => planner.plan(requestOf(query))));
    expect(plans).toMatchObject([{ subgraph: 'catalog' }, { subgraph: 'streaming' }]);
  });

  it('says what it cannot plan, and goes on', async () => {
    const planner = keep(await create(loaded));
    await expect(planner.plan(requestOf('{ nothing }'))).rejects.toThrow(/nothing/);
    expect(await planner.plan(requestOf(PLAIN))).toMatchObject({ kind: 'root-fetch' });
  });

  it('ends what is under way when it is closed, and takes nothing more', async () => {
    const planner = await create(loaded);
    const under = [PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN].map((query) => planner.plan(requestOf(query)));
    planner.close();
    for (const plan of await Promise.all(under)) expect(plan).toMatchObject({ kind: 'root-fetch' });
    await expect(planner.plan(requestOf(PLAIN))).rejects.toThrow(/closed/);
  });

  it('lets no more wait than it may', async () => {
    const planner = keep(await create(loaded, { queue: 1 }));
    const asked = Array.from({ length: 6 }, () => planner.plan(requestOf(PLAIN)));
    const ends = await Promise.allSettled(asked);
    const refused = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toBeInstanceOf(PlannerBusyError);
    expect(await planner.plan(requestOf(PLAIN))).toMatchObject({ kind: 'root-fetch' });
  });
});

it('ends a plan that takes too long, and plans what waits behind it', async () => {
  const planner = keep(createApolloPlanner(loaded, { timeoutMs: 1_000 }));
  const [hostile, plain] = await Promise.allSettled(
    [HOSTILE, PLAIN].map((query) => planner.plan(requestOf(query))),
  );
  expect(hostile).toMatchObject({ reason: expect.any(PlanTooLargeError) });
  expect(plain).toMatchObject({ value: { kind: 'root-fetch' } });
});

it('keeps the event loop free while it plans', async () => {
  const timeoutMs = 1_000;
  const planner = keep(createApolloPlanner(loaded, { timeoutMs }));
  const request = requestOf(HOSTILE);
  await planner.plan(requestOf(PLAIN));
  const turns = watchTurns();
  await expect(planner.plan(request)).rejects.toThrow(PlanTooLargeError);
  // Planned here, it would be one turn of at least that time; what collects garbage is none of it.
  expect(turns().longestCpuMs).toBeLessThan(timeoutMs / 2);
});

it('outlives a panic, and is not started for ever', async () => {
  const planner = keep(await createHivePlanner(loaded));
  for (let crash = 0; crash < 5; crash += 1) {
    await expect(planner.plan(requestOf(DEADLY))).rejects.toThrow(/ended with SIGABRT/);
    if (crash === 0) expect(await planner.plan(requestOf(PLAIN))).toMatchObject({ kind: 'root-fetch' });
  }
  await expect(planner.plan(requestOf(PLAIN))).rejects.toThrow(/crashed too often/);
});

it('leaves to the other planner what the native one panics of', async () => {
  const planner = keep(await createPlanner(loaded, log, { planner: 'native', planTimeoutMs: 60_000 }));
  expect(await planner.plan(requestOf(DEADLY))).toMatchObject({ kind: 'sequence' });
});

function requestOf(query: string): PlanRequest {
  const document = parse(query);
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('no operation');
  return { document, operation };
}

function wide(alias: string): string {
  return `${alias}: favourite {
    ... on Film { sequel { rating ratings { by { name concerts { venue } works { rating age } } } } }
    ... on Book { creators { name concerts { id venue } } }
  }`;
}
