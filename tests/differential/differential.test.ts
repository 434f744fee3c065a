import { describe, expect, inject, it } from 'vitest';
import { openArena } from './arena.ts';
import { reportOf, trialOf, tryOnce } from './campaign.ts';
import { casesOf } from './cases.ts';
import { CACHING_ENGINE, DEFAULT_ENGINE, OTHER_PLANNER, REFERENCE_ENGINE } from './engines.ts';
import { FIXTURES } from './supergraphs/all.ts';

const OPERATIONS = 500;
/** The engine that clients get is asked everything; the others as much as there is time for. */
const ENGINES_BY_TURN = [[REFERENCE_ENGINE], [CACHING_ENGINE], [OTHER_PLANNER], []];

describe.each(FIXTURES)('over the supergraph $name', (fixture) => {
  it('every engine answers as graphql-js does over one schema', { timeout: 180_000 }, async () => {
    const arena = await openArena(fixture, inject('redisUrl'));
    const reports: string[] = [];
    let faulty = 0;
    for (let seed = 1; seed <= Math.ceil(OPERATIONS / FIXTURES.length); seed += 1) {
      const trial = trialOf(arena, seed);
      if (trial.faults.length > 0) faulty += 1;
      for (const finding of await tryOnce(arena, trial, [
        DEFAULT_ENGINE,
        ...(ENGINES_BY_TURN[seed % 4] ?? []),
      ]))
        if (finding.known === undefined) reports.push(reportOf(fixture.name, seed, finding));
    }
    for (const each of casesOf(fixture.name))
      for (const finding of await tryOnce(arena, each))
        if (finding.known === undefined) reports.push(reportOf(fixture.name, each.what, finding));
    await arena.close();
    expect(reports.join('\n\n')).toBe('');
    expect(faulty).toBeGreaterThan(0);
  });
});
