import { describe, expect, inject, test } from 'vitest';
import { createCourse } from './course.ts';
import { expectNothingLost } from './verdict.ts';
import { startCrashWorld } from './world.ts';

/**
 * Of each course: 50 kills in all, and 1,000 in `npm run test:chaos`. Two courses side by side keep two cores busy, since
 * a killed process takes a while to come back.
 */
const ROUNDS = 25 * inject('chaosRounds');
/** Another seed is another course of events; the same one comes again. */
const SEEDS = [20_261_122, 7];

describe.concurrent('processes that are killed', () => {
  test.for(SEEDS)(
    `${ROUNDS} times (seed %i): what was acknowledged is what is visible, nothing lost, nothing twice`,
    { timeout: ROUNDS * 30_000 },
    async (seed) => {
      const world = await startCrashWorld();
      try {
        const course = await createCourse(world, seed);
        for (let round = 0; round < ROUNDS; round++) await course.playRound(round);
        const result = await course.finish();
        expect(result.acknowledged.size).toBe(result.sent);
        await expectNothingLost(world, result);
        await course.close();
      } finally {
        await world.close();
      }
    },
  );
});
