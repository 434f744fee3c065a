import type { PrismaPg } from '@prisma/adapter-pg';
import { v7 as uuidv7 } from 'uuid';
import { createDatabase, type Database } from '#platform/db/database.ts';
import { CALL_MS } from '#tests/patience.ts';
import type { TestDatabase } from '../scripts/test-services.ts';

/** Opens one domain's part of a test database, as its store sees it, without anything that runs behind it. */
export function openDomainDatabase<Client>(
  { urls }: TestDatabase,
  domain: string,
  createPrisma: (adapter: PrismaPg) => Client,
): Database<Client> {
  return createDatabase({
    url: urls[domain] ?? '',
    domain,
    poolSize: 4,
    statementTimeoutMs: CALL_MS,
    createPrisma,
    newId: uuidv7,
    onAppended: () => undefined,
  });
}
