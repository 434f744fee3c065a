import type { Standings } from '../adapters/ranks/standings.ts';
import type { Store } from '../store/store.ts';
import type { Entries } from './entry-reads.ts';

/** What the service's methods work with. */
export interface ServiceParts {
  store: Store;
  standings: Standings;
  entries: Entries;
}
