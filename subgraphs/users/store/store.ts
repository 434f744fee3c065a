import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createBondStore } from './bonds.ts';
import { createPeopleStore } from './people.ts';
import { createPersonStore } from './person.ts';
import { createProfileStore } from './profiles.ts';
import { createRelationshipLists } from './relationship-lists.ts';
import { createRelationshipStore } from './relationships.ts';
import { createRoleStore } from './roles.ts';
import { createSessionStore } from './sessions.ts';

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
