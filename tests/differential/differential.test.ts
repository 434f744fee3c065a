import { describe, expect, inject, it } from 'vitest';
import { openArena } from './arena.ts';
import { reportOf, trialOf, tryOnce } from './campaign.ts';
import { FIXTURES } from './supergraphs/all.ts';

const OPERATIONS = 500;

describe.each(FIXTURES)('over the supergraph $name', (fixture) => {
  it('every engine answers as graphql-js does over one schema', { timeout: 180_000 }, async () => {
    const arena = await openArena(fixture, inject('redisUrl'));
    const reports: string[] = [];
    let faulty = 0;
    for (let seed = 1; seed <= Math.ceil(OPERATIONS / FIXTURES.length); seed += 1) {
      const trial = trialOf(arena, seed);
      if (trial.faults.length > 0) faulty += 1;
      for (const finding of await tryOnce(arena, trial))
        if (finding.known === undefined) reports.push(reportOf(fixture.name, seed, finding));
    }
    await arena.close();
    expect(reports.join('\n\n')).toBe('');
    expect(faulty).toBeGreaterThan(0);
  });
});
