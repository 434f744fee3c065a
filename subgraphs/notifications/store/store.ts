import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import { createArrivalStore } from './arrivals.ts';
import { createInboxStore } from './inbox.ts';
import { createPersonStore } from './person.ts';
import { createPreferenceStore } from './preferences.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    arrivals: createArrivalStore({ now, newId }),
    inbox: createInboxStore(db),
    preferences: createPreferenceStore(db),
    person: createPersonStore(db),
  };
}
