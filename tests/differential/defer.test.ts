import { isDeepStrictEqual } from 'node:util';
import { print } from 'graphql';
import { describe, expect, inject, it } from 'vitest';
import { DEFER_SPEC } from '#tests/fixtures/in-parts.ts';
import { withoutDefer } from '../../gateway/engine/defer/fragments.ts';
import { createRandom } from '../crash/random.ts';
import { type Arena, openArena } from './arena.ts';
import { trialOf } from './campaign.ts';
import type { Answer } from './compare.ts';
import type { GeneratedOperation } from './generate.ts';
import { shrink } from './shrink.ts';
import { sprinkleDefer } from './sprinkle-defer.ts';
import { FIXTURES } from './supergraphs/all.ts';

const OPERATIONS = 300;

describe.each(FIXTURES)('over the supergraph $name', (fixture) => {
  it('all parts together are what graphql-js answers at once', { timeout: 300_000 }, async () => {
    const arena = await openArena(fixture, inject('redisUrl'));
    const reports: string[] = [];
    let inParts = 0;
    for (let seed = 1; seed <= Math.ceil(OPERATIONS / FIXTURES.length); seed += 1) {
      const { operation } = trialOf(arena, seed);
      const deferring = sprinkleDefer(createRandom(seed * 7_919), operation);
      const { differs, isJudged, got } = await askBothWays(arena, deferring);
      if (isJudged && got.parts > 1) inParts += 1;
      if (differs) reports.push(`seed ${seed}: ${await reportOf(arena, deferring)}`);
    }
    await arena.close();
    expect(reports.join('\n\n')).toBe('');
    expect(inParts).toBeGreaterThan(OPERATIONS / FIXTURES.length / 4);
  });
});

async function askBothWays(arena: Arena, operation: GeneratedOperation) {
  const whole = { ...operation, document: withoutDefer(operation.document) };
  const expected = await arena.expected(whole, []);
  const isRight = ({ data }: Answer) => isDeepStrictEqual(data, expected.data);
  // What differs even at once is found by the other test, the faults of the planner that plans parts among it.
  const isJudged =
    isRight(await arena.ask('compiled', whole, [])) && isRight(await arena.ask('apollo', whole, []));
  const got = await arena.ask('compiled', operation, [], DEFER_SPEC);
  // Errors that the data hold leave more of it: nulls stay in their part.
  const isFine = expected.errors.length > 0 ? holds(got.data, expected.data) : isRight(got);
  return { expected, got, isJudged, differs: isJudged && !isFine };
}

/** Whether data hold everything that others do. */
function holds(data: unknown, others: unknown): boolean {
  if (typeof others !== 'object' || others === null) return others === null || data === others;
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries(others).every(([key, value]) => holds((data as Record<string, unknown>)[key], value));
}

async function reportOf(arena: Arena, operation: GeneratedOperation): Promise<string> {
  const small = await shrink({ operation, faults: [] }, async ({ operation: smaller }) => {
    const isValid = arena.isValid({ ...smaller, document: withoutDefer(smaller.document) });
    return isValid && (await askBothWays(arena, smaller)).differs;
  });
  const { expected, got } = await askBothWays(arena, small.operation);
  return `${print(small.operation.document)}\n${JSON.stringify({ expected, got })}`;
}
