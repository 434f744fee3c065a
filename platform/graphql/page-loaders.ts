import type DataLoader from 'dataloader';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { type ConnectionArguments, pageRequestOf } from './connections.ts';
import { createLoaders, inBatches } from './loader.ts';

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
