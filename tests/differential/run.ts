import { parseArgs } from 'node:util';
import { createGuard } from '../../scripts/processes/guard.ts';
import { startThrowAwayRedis } from '../../scripts/services/throw-away.ts';
import { runMain, seconds } from '../../scripts/terminal.ts';
import { type Arena, openArena } from './arena.ts';
import { reportOf, trialOf, tryOnce } from './campaign.ts';
import { FIXTURES } from './supergraphs/all.ts';

const MOST_REPORTS = 5;

/**
 * `npm run test:differential`: generated operations over every supergraph, each engine against graphql-js.
 *
 *     --operations 10000   how many, over all supergraphs
 *     --seed 1             the first seed; every operation has the next one
 *     --supergraph shop    only this one
 *     --engine apollo      only this one
 */
await runMain(async () => {
  const { values } = parseArgs({
    options: {
      operations: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      supergraph: { type: 'string' },
      engine: { type: 'string' },
    },
  });
  const fixtures = FIXTURES.filter(({ name }) => name === (values.supergraph ?? name));
  if (fixtures.length === 0)
    throw new Error(`--supergraph takes ${FIXTURES.map(({ name }) => name).join(', ')}.`);
  const share = Math.ceil(Number(values.operations) / fixtures.length);
  const began = performance.now();
  const guard = createGuard();
  const redis = await startThrowAwayRedis(guard);
  let failures = 0;
  for (const fixture of fixtures) {
    const arena = await openArena(fixture, redis.url);
    const engines = arena.engines.filter((name) => name === (values.engine ?? name));
    if (engines.length === 0) throw new Error(`--engine takes ${arena.engines.join(', ')}.`);
    failures += await runArena(arena, { engines, firstSeed: Number(values.seed), operations: share });
    await arena.close();
  }
  await redis.close();
  await guard.close();
  print(`${share * fixtures.length} operations: ${failures} differ, ${seconds(began)}`);
  if (failures > 0) process.exitCode = 1;
});

/** Reports the first few; a fault of one kind shows in many operations. */
async function runArena(
  arena: Arena,
  { engines, firstSeed, operations }: { engines: string[]; firstSeed: number; operations: number },
): Promise<number> {
  let differing = 0;
  const known = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + operations; seed += 1) {
    const trial = trialOf(arena, seed);
    for (const finding of await tryOnce(arena, trial, engines)) {
      if (finding.known !== undefined) {
        const line = `${finding.engine}: ${finding.known.reason} (${finding.known.issue})`;
        known.set(line, (known.get(line) ?? 0) + 1);
        continue;
      }
      differing += 1;
      if (differing <= MOST_REPORTS) print(`${reportOf(arena.fixture.name, seed, finding)}\n`);
    }
  }
  print(
    `${arena.fixture.name}: ${operations} operations, engines ${engines.join(' and ')}, ${differing} differ`,
  );
  for (const [line, count] of known) print(`  ${count} × known, ${line}`);
  return differing;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
