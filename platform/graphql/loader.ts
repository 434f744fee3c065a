import DataLoader from 'dataloader';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { invalidField } from '../errors.ts';
import { isId, sameId } from '../ids.ts';
import { type ConnectionArguments, pageRequestOf } from './connections.ts';

/** Reads entries by id; those that are not found, or not to be seen, are missing. */
export type Read<Value> = (ids: string[]) => Promise<[string, Value][]>;

/**
 * A loader by id of what many fields ask for one by one, as one call; null where there is none to be seen. It batches, and
 * does not cache: the mutations of a request run one after the other, and a later one must not answer with what an
 * earlier one has read. What is no id is refused by itself, and keeps nobody else from an answer.
 *
 * @param read - Entries by id of those that it finds, in any order; each id is asked for once.
 */
export function createLoader<Value>(read: Read<Value>): DataLoader<string, Value | null> {
  return new DataLoader(
    async (keys: readonly string[]) => {
      const ids = new Set(keys.filter(isId).map(sameId));
      const byId = new Map(ids.size === 0 ? [] : await read([...ids]));
      return keys.map((key) => (isId(key) ? (byId.get(sameId(key)) ?? null) : noId()));
    },
    { maxBatchSize: 1_000, cache: false },
  );
}

/** A loader for each set of arguments: the same field of a list's items always asks for the same. */
export function createLoaders<Arguments extends unknown[], Value>(
  readFor: (...args: Arguments) => Read<Value>,
): (...args: Arguments) => DataLoader<string, Value | null> {
  const made = new Map<string, DataLoader<string, Value | null>>();
  return (...args) => {
    const key = JSON.stringify(args);
    const loader = made.get(key) ?? createLoader(readFor(...args));
    made.set(key, loader);
    return loader;
  };
}

/** Splits what is asked for at once among calls, side by side, that each may name so many. */
export function inBatches<Value>(most: number, read: Read<Value>): Read<Value> {
  return async (ids) => {
    const count = Math.ceil(ids.length / most);
    const batches = Array.from({ length: count }, (_, at) => ids.slice(at * most, (at + 1) * most));
    return (await Promise.all(batches.map(read))).flat();
  };
}

/** Pages by owner, for a window and a filter. */
export type PageLoaders<Page, Filter = void> = (
  window: ConnectionArguments,
  filter: Filter,
) => DataLoader<string, Page | null>;

/** How many owners a call may name, unless told. */
const OWNERS_A_CALL = 100;

/**
 * Loaders of the same window on the lists of many owners.
 *
 * @param owner - The page's field that names its owner.
 * @param read - Pages of those owners that the viewer may see, in any order.
 * @param most - How many owners a call with this page may name.
 */
export function createPageLoaders<
  Owner extends string,
  Page extends { [Name in Owner]: string },
  Filter = void,
>(
  owner: Owner,
  read: (ownerIds: string[], page: PageRequest__Output | null, filter: Filter) => Promise<{ pages: Page[] }>,
  most: (page: PageRequest__Output | null) => number = () => OWNERS_A_CALL,
): PageLoaders<Page, Filter> {
  return createLoaders((window: ConnectionArguments, filter: Filter) => {
    const page = pageRequestOf(window);
    return inBatches(most(page), async (ownerIds) => {
      const { pages } = await read(ownerIds, page, filter);
      return pages.map((found) => [found[owner], found]);
    });
  });
}

function noId(): Error {
  return invalidField('id', 'Send an id as it was answered, a UUID.');
}
