import { createPersonStore } from './store/person.ts';
import { createProfileStore } from './store/profiles.ts';
import { type ChangeOptions, createRelationshipChanges } from './store/relationship-changes.ts';
import { createRelationshipReads } from './store/relationship-reads.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: ChangeOptions) {
  return {
    profiles: createProfileStore(options.db),
    relationships: { ...createRelationshipReads(options.db), ...createRelationshipChanges(options) },
    person: createPersonStore(options.db),
  };
}
