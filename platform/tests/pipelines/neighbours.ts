import { describe, expect, test } from 'vitest';

/** What a neighbour gives the other. */
interface Promised<Step> {
  /** What a look sees as long as the two stand in order. */
  inOrder: unknown;
  /** Sends something through a pipeline, and tells what came of it. */
  look(pipeline: readonly Step[]): Promise<unknown>;
}

/**
 * Tests that each step of a pipeline relies on the one in front of it: with the two changed about, what was promised is lost.
 *
 * @param promises by "one, other: what the one gives the other", for every pair of neighbours
 */
export function describeNeighbours<Step extends { name: string }>(
  pipeline: readonly Step[],
  promises: Readonly<Record<string, Promised<Step>>>,
): void {
  const table = Object.entries(promises).map(
    ([promise, promised], index) => [promise, promised, index] as const,
  );

  describe('each step relies on the one in front of it', () => {
    test('and every pair of neighbours is here', () => {
      const pairs = pipeline.slice(1).map(({ name }, index) => `${pipeline[index]?.name}, ${name}`);
      expect(table.map(([promise]) => promise.split(':')[0])).toEqual(pairs);
    });

    describe.each(table)('%s', (_promise, { inOrder, look }, index) => {
      test('in order', async () => {
        expect(await look(pipeline)).toEqual(inOrder);
      });

      test('which is lost otherwise', async () => {
        const changed = [...pipeline];
        changed.splice(index, 2, ...pipeline.slice(index, index + 2).reverse());
        expect(await look(changed)).not.toEqual(inOrder);
      });
    });
  });
}
