import DataLoader from 'dataloader';

/**
 * A loader of what many fields ask for one by one, as one call; null where there is none to be seen. It batches, and
 * does not cache: the mutations of a request run one after the other, and a later one must not answer with what an
 * earlier one has read.
 *
 * @param read - Entries by key of those that it finds, in any order; each key is asked for once.
 */
export function createLoader<Value>(
  read: (keys: string[]) => Promise<[string, Value][]>,
): DataLoader<string, Value | null> {
  return new DataLoader(
    async (keys: readonly string[]) => {
      const byKey = new Map(await read([...new Set(keys)]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
    { maxBatchSize: 1_000, cache: false },
  );
}
