import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createArrivalStore } from './arrivals.ts';
import { createInboxStore } from './inbox.ts';
import { createPersonStore } from './person.ts';
import { createPreferenceStore } from './preferences.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

export interface StoreOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** Opens the domain's tables. */
export function createStore({ db, now, newId }: StoreOptions) {
  return {
    arrivals: createArrivalStore({ now, newId }),
    inbox: createInboxStore(db),
    preferences: createPreferenceStore(db),
    person: createPersonStore(db),
  };
}
