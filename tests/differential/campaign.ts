import { print } from 'graphql';
import { createRandom } from '../crash/random.ts';
import type { Arena } from './arena.ts';
import { type Answer, differenceOf, type ExpectedAnswer } from './compare.ts';
import { REFERENCE_ENGINE } from './engines.ts';
import { generateOperation } from './generate.ts';
import { type KnownDifference, knownDifferenceOf } from './known-differences.ts';
import { pickFaults } from './possible-faults.ts';
import { shrink } from './shrink.ts';
import type { Trial } from './trial.ts';

/** A trial that an engine answered otherwise than the oracle, made as small as it will go. */
interface Finding extends Trial {
  engine: string;
  difference: string;
  expected: Answer;
  got: Answer;
  known: KnownDifference | undefined;
}

/** The trial of a seed: the same one whenever it is asked for. */
export function trialOf({ schema, ids, possibleFaults }: Arena, seed: number): Trial {
  // xorshift's first numbers after neighbouring seeds resemble each other.
  const random = createRandom(Math.imul(seed, 2_654_435_761));
  for (let round = 0; round < 8; round += 1) random.below(2);
  const operation = generateOperation(random, schema, ids);
  return { operation, faults: pickFaults(random, possibleFaults) };
}

/** Asks the engines; answers with those that differ. */
export async function tryOnce(arena: Arena, trial: Trial, engines = arena.engines): Promise<Finding[]> {
  const findings: Finding[] = [];
  const expected = await arena.expected(trial.operation, trial.faults);
  for (const engine of engines) {
    const got = await arena.ask(engine, trial.operation, trial.faults);
    const difference = differenceOf(judgedBy(engine, expected), got);
    if (difference !== undefined)
      findings.push(
        await findingOf(arena, { ...trial, engine, difference, expected, got, known: undefined }),
      );
  }
  return findings;
}

/** The finding as a developer wants to read it. */
export function reportOf(fixture: string, seed: number | string, finding: Finding): string {
  const which = typeof seed === 'number' ? `seed ${seed}` : seed;
  return [
    `${fixture}, ${which}, engine ${finding.engine}: ${finding.difference}`,
    print(finding.operation.document),
    `variables ${JSON.stringify(finding.operation.variables)}`,
    `faults    ${JSON.stringify(finding.faults)}`,
    `expected  ${JSON.stringify(finding.expected)}`,
    `got       ${JSON.stringify(finding.got)}`,
  ].join('\n');
}

/** The reference may tell of errors that follow from others; it is not ours to mend. */
function judgedBy(engine: string, expected: ExpectedAnswer): ExpectedAnswer {
  return engine === REFERENCE_ENGINE ? { ...expected, possible: null } : expected;
}

/** Judged when it is small: in a large operation one known fault would cover up for another that nobody knows. */
async function findingOf(arena: Arena, first: Finding): Promise<Finding> {
  const { engine } = first;
  const ask = async ({ operation, faults }: Trial) => {
    const expected = await arena.expected(operation, faults);
    const got = await arena.ask(engine, operation, faults);
    return { expected, got, difference: differenceOf(judgedBy(engine, expected), got) };
  };
  const small = await shrink(first, async (smaller) => {
    return arena.isValid(smaller.operation) && (await ask(smaller)).difference !== undefined;
  });
  const { expected, got, difference } = await ask(small);
  if (difference === undefined) return { ...first, difference: `once, and not again: ${first.difference}` };
  const known =
    engine === REFERENCE_ENGINE
      ? knownDifferenceOf({ facts: arena.facts, trial: small, expected, got })
      : undefined;
  return { ...small, engine, difference, expected, got, known };
}
