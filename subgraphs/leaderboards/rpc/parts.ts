import type { Entries } from '../entries.ts';
import type { Standings } from '../ranks/standings.ts';
import type { Store } from '../store.ts';

/** What the service's methods work with. */
export interface ServiceParts {
  store: Store;
  standings: Standings;
  entries: Entries;
}
