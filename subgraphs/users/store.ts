import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createBondStore } from './store/bonds.ts';
import { createPeopleStore } from './store/people.ts';
import { createPersonStore } from './store/person.ts';
import { createProfileStore } from './store/profiles.ts';
import { createRelationshipLists } from './store/relationship-lists.ts';
import { createRelationshipStore } from './store/relationships.ts';
import { createRoleStore } from './store/roles.ts';
import { createSessionStore } from './store/sessions.ts';

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
  const sessions = createSessionStore(db);
  const relationships = createRelationshipStore(db);
  return {
    people: createPeopleStore(db),
    profiles: createProfileStore(db),
    sessions,
    roles: createRoleStore(db, sessions),
    relationships: { ...relationships, ...createRelationshipLists(db) },
    bonds: createBondStore({ db, relationships, now, newId }),
    person: createPersonStore(db, sessions),
    /** Makes a creation happen once, however often it is asked for. */
    idempotent: db.idempotent,
  };
}
