import type DataLoader from 'dataloader';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { type ConnectionArguments, pageRequestOf } from '#platform/graphql/connections.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import { maximumPages } from '../request-parts.ts';

/** Pages by owner: one loader a window and filter, since the same field of a list's items always asks for the same. */
export type PageLoaders<Page, Filter = void> = (
  window: ConnectionArguments,
  filter: Filter,
) => DataLoader<string, Page | null>;

/**
 * @param owner - The page's field that names its owner.
 * @param read - Pages of those owners that the viewer may see, in any order; it is given as many as a call may name.
 */
export function createPageLoaders<
  Owner extends string,
  Page extends { [Name in Owner]: string },
  Filter = void,
>(
  owner: Owner,
  read: (ownerIds: string[], page: PageRequest__Output | null, filter: Filter) => Promise<{ pages: Page[] }>,
): PageLoaders<Page, Filter> {
  const loaders = new Map<string, DataLoader<string, Page | null>>();
  return (window, filter) => {
    const page = pageRequestOf(window);
    const key = JSON.stringify([page, filter]);
    const present = loaders.get(key);
    if (present !== undefined) return present;
    const loader = createLoader<Page>(async (ownerIds) => {
      const answers = await Promise.all(batchesOf(ownerIds).map((batch) => read(batch, page, filter)));
      return answers.flatMap(({ pages }) => pages.map((found) => [found[owner], found]));
    });
    loaders.set(key, loader);
    return loader;
  };
}

function batchesOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / maximumPages);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * maximumPages, (index + 1) * maximumPages),
  );
}
