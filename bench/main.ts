/**
 * `npm run bench`: our gateway beside its peers, and its live subscriptions. Prints the tables and puts them into
 * docs/PERFORMANCE.md, which says how to read them.
 *
 *     npm run bench -- --quick          about a quarter of an hour
 *     npm run bench -- --only live      one part: neutral, telemetry, own, live or steady, and its tables alone
 *     npm run bench -- --idle 15000 --listening 10000
 */
import { parseArgs } from 'node:util';
import { createStopSignal } from '../scripts/processes/lifetime.ts';
import { runMain, SetupError, step } from '../scripts/terminal.ts';
import { type Contender, HIVE, OURS, OURS_UNSHARED, startContenders } from './contenders.ts';
import { ownGraph, startNeutralGraph } from './graphs.ts';
import { type LiveSizes, measureLive } from './live/measure.ts';
import { measureSteady, type SteadySizes } from './live/steady.ts';
import { machineNow } from './machine.ts';
import { measureNewOperations } from './new-operations.ts';
import { HEAVY, OVERVIEW, SMALL } from './operations.ts';
import { openParts, type Parts } from './parts.ts';
import { profile } from './profile.ts';
import { type Figures, render, writeDocument } from './report.ts';
import { compareConnections } from './sweep.ts';
import { fillOverview, type Person, type System, signUpPeople, startSystem } from './system.ts';
import { measureTelemetry } from './telemetry.ts';
import { compare, type Rounds } from './throughput.ts';

const CONNECTIONS = 16;
const NEW_OPERATIONS_SECONDS = 5;
const PARTS = ['neutral', 'telemetry', 'own', 'live', 'steady'] as const;

interface Form {
  name: string;
  rounds: Rounds;
  live: LiveSizes;
  steady: SteadySizes;
}

const QUICK: Form = {
  name: 'quick',
  rounds: { count: 5, seconds: 2, warmUpSeconds: 12, connections: CONNECTIONS },
  live: { idle: 5_000, listening: 1_000, events: 5, clientProcesses: 2 },
  steady: {
    topics: 100,
    subscribersEach: 10,
    perSecond: 100,
    seconds: 10,
    rates: [200],
    secondsEach: 5,
    clientProcesses: 2,
  },
};
const FULL: Form = {
  name: 'full',
  rounds: { count: 9, seconds: 5, warmUpSeconds: 10, connections: CONNECTIONS },
  live: { idle: 15_000, listening: 10_000, events: 5, clientProcesses: 4 },
  steady: {
    topics: 1_000,
    subscribersEach: 10,
    perSecond: 1_000,
    seconds: 60,
    rates: [100, 250, 500, 750],
    secondsEach: 12,
    clientProcesses: 3,
  },
};

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      idle: { type: 'string' },
      listening: { type: 'string' },
    },
  });
  const { only } = values;
  if (only !== undefined && !PARTS.some((part) => part === only))
    throw new SetupError(`--only takes ${PARTS.join(', ')}`);
  const form = values.quick ? QUICK : FULL;
  const live = {
    ...form.live,
    ...(values.idle !== undefined && { idle: wholeNumber('--idle', values.idle) }),
    ...(values.listening !== undefined && { listening: wholeNumber('--listening', values.listening) }),
  };
  const stopSignal = createStopSignal();
  const parts = openParts();
  const stopped = new Promise<never>((_, reject) => {
    stopSignal.addEventListener('abort', () => reject(new SetupError('The bench was stopped.')), {
      once: true,
    });
  });
  try {
    const figures = await Promise.race([measure(parts, { ...form, live }, only), stopped]);
    console.log(`\n${render(figures)}`);
    console.log(`Written to ${writeDocument(figures)}`);
  } finally {
    await parts.close();
  }
});

async function measure(parts: Parts, form: Form, only: string | undefined): Promise<Figures> {
  const began = machineNow();
  const figures: Figures = { form: form.name, began, ended: began, rounds: form.rounds, comparisons: [] };
  const system = await step('Databases and services', () => startSystem(parts));
  const isAsked = (part: (typeof PARTS)[number]) => only === undefined || only === part;
  if (isAsked('neutral') || isAsked('telemetry') || isAsked('own'))
    await measureThroughput(parts, system, { form, only, figures });
  if (isAsked('live'))
    figures.live = await step('Live subscriptions', () => measureLive(parts, system, form.live));
  if (isAsked('steady'))
    figures.steady = await step('Live subscriptions at a rate', () =>
      measureSteady(parts, system, form.steady),
    );
  figures.ended = machineNow();
  return figures;
}

async function measureThroughput(
  parts: Parts,
  system: System,
  run: { form: Form; only: string | undefined; figures: Figures },
): Promise<void> {
  const { form, only, figures } = run;
  const own = await step('Gateways over our own supergraph', () =>
    startContenders(parts, system, ownGraph(parts, system), { traced: false }),
  );
  const [{ token }] = await step('People and conversations', () => populate(own));
  const neutral = only === 'own' ? null : await step('The neutral subgraphs', () => startNeutralGraph(parts));
  const operations = [
    { title: 'Neutral supergraph, heavy operation', query: HEAVY },
    { title: 'Neutral supergraph, small operation', query: SMALL },
  ].map((each) => ({ ...each, token, fetches: neutral?.fetches }));
  if (neutral !== null && only !== 'telemetry') {
    const contenders = await step('Gateways over the neutral supergraph', () =>
      startContenders(parts, system, neutral, { traced: true }),
    );
    for (const each of operations)
      figures.comparisons.push(await step(each.title, () => compare(contenders, each, form.rounds)));
    const ours = ourDefault(contenders);
    figures.newOperations = [];
    for (const contender of contenders)
      figures.newOperations.push(
        await step(`New operations, ${contender.name}`, () =>
          measureNewOperations(contender, token, NEW_OPERATIONS_SECONDS),
        ),
      );
    figures.profiles = [];
    for (const [title, query] of [
      ['heavy operation', HEAVY],
      ['small operation', SMALL],
    ] as const)
      figures.profiles.push(
        await step(`Profile, ${title}`, () => profile(ours, { title, query, token }, form.rounds)),
      );
    figures.connections = await step('From 1 to 256 connections', () =>
      compareConnections(contenders.filter(isSwept), { query: SMALL, token }, form.rounds),
    );
  }
  if (neutral !== null && only !== 'neutral') {
    const run = { comparisons: operations, rounds: form.rounds };
    figures.telemetry = await step('What telemetry costs', () =>
      measureTelemetry(parts, system, neutral, run),
    );
  }
  if (only === undefined || only === 'own') {
    const title = 'Our own supergraph, the overview';
    const comparison = { title, query: OVERVIEW, token };
    figures.own = await step(title, () => compare(own, comparison, form.rounds));
  }
}

async function populate(contenders: readonly Contender[]): Promise<[Person, ...Person[]]> {
  const { origin } = ourDefault(contenders);
  const people = await signUpPeople(origin);
  await fillOverview(origin, people);
  return people;
}

/**
 * Selects the contenders that are swept: each as it comes, and ours where requests share nothing, since more
 * connections share more.
 */
function isSwept({ name }: Contender): boolean {
  return name === HIVE || name === OURS || name === OURS_UNSHARED;
}

/** The last one: see startContenders. */
function ourDefault(contenders: readonly Contender[]): Contender {
  const ours = contenders.at(-1);
  if (ours === undefined) throw new Error('there is no contender');
  return ours;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new SetupError(`${option} takes a number of sockets`);
  return value;
}
