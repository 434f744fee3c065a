import DataLoader from 'dataloader';
import { invalidField } from '../errors.ts';
import { isId, sameId } from '../ids.ts';

/**
 * A loader by id of what many fields ask for one by one, as one call; null where there is none to be seen. It batches, and
 * does not cache: the mutations of a request run one after the other, and a later one must not answer with what an
 * earlier one has read. What is no id is refused by itself, and keeps nobody else from an answer.
 *
 * @param read - Entries by id of those that it finds, in any order; each id is asked for once.
 */
export function createLoader<Value>(
  read: (ids: string[]) => Promise<[string, Value][]>,
): DataLoader<string, Value | null> {
  return new DataLoader(
    async (keys: readonly string[]) => {
      const ids = new Set(keys.filter(isId).map(sameId));
      const byId = new Map(ids.size === 0 ? [] : await read([...ids]));
      return keys.map((key) => (isId(key) ? (byId.get(sameId(key)) ?? null) : noId()));
    },
    { maxBatchSize: 1_000, cache: false },
  );
}

function noId(): Error {
  return invalidField('id', 'Send an id as it was answered, a UUID.');
}
