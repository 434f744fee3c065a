import type { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { Database } from '#platform/db/database.ts';

/** What the domain's tables need of the host. */
export interface StoreOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}
