import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { Database } from '#platform/db/database.ts';

/** What the store needs of the host. */
export interface StoreOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}
