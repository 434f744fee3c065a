import type DataLoader from 'dataloader';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { type ConnectionArguments, pageRequestOf } from '#platform/graphql/connections.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import { maximumPages } from './requests/fields.ts';

/** Pages by owner: one loader a filter and window, since the same field of a list's items always asks for the same. */
export type PageLoaders<Filter, Page> = (
  window: ConnectionArguments,
  filter: Filter,
) => DataLoader<string, Page | null>;

/**
 * @param owner - The page's field that names its owner.
 * @param read - Pages of those owners that the viewer may see, in any order; it is given as many as a call may name.
 */
export function createPageLoaders<Owner extends string, Filter, Page extends { [Name in Owner]: string }>(
  owner: Owner,
  read: (ownerIds: string[], filter: Filter, page: PageRequest__Output | null) => Promise<{ pages: Page[] }>,
): PageLoaders<Filter, Page> {
  const loaderOf = createListLoaders<{ page: PageRequest__Output | null; filter: Filter }, Page>(
    async (ownerIds, { page, filter }) => {
      const { pages } = await read(ownerIds, filter, page);
      return pages.map((found) => [found[owner], found]);
    },
  );
  return (window, filter) => loaderOf({ page: pageRequestOf(window), filter });
}

/**
 * Lists by owner: one loader for each different argument.
 * @param size - How many owners a call may name.
 */
export function createListLoaders<Argument, Value>(
  read: (ownerIds: string[], argument: Argument) => Promise<[string, Value][]>,
  size = maximumPages,
): (argument: Argument) => DataLoader<string, Value | null> {
  const byArgument = new Map<string, DataLoader<string, Value | null>>();
  return (argument) => {
    const key = JSON.stringify(argument);
    const present = byArgument.get(key);
    if (present !== undefined) return present;
    const loader = createLoader<Value>(async (ownerIds) => {
      return inBatches(ownerIds, size, (batch) => read(batch, argument));
    });
    byArgument.set(key, loader);
    return loader;
  };
}

/** What calls answer together that name at most `size` ids each. */
export async function inBatches<Found>(
  ids: readonly string[],
  size: number,
  read: (batch: string[]) => Promise<Found[]>,
): Promise<Found[]> {
  const count = Math.ceil(ids.length / size);
  const batches = Array.from({ length: count }, (_, index) => ids.slice(index * size, (index + 1) * size));
  return (await Promise.all(batches.map(read))).flat();
}
