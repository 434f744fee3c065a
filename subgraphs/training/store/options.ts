import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { Database } from '#platform/db/database.ts';

/** What the parts of the store that change something work with. */
export interface ChangeOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}
