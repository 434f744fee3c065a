import { inject } from 'vitest';
import { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import type { LoggedEvent } from '#platform/event-log/event.ts';
import { createEventLog } from '#platform/events/log.ts';
import { openDomainDatabase } from '#tests/domain-database.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';

/** The domain's storage on a database of its own, without anything that runs behind it. */
export interface InboxDatabase {
  db: Database<PrismaClient>;
  /** The whole database, as its administrator. */
  adminUrl: string;
  /** What was appended to a person's inbox topic, oldest first. */
  eventsOf(ownerId: string): Promise<LoggedEvent[]>;
  close(): Promise<void>;
}

/** @param given - The database of a network that runs already; one of its own where left out. */
export async function openInboxDatabase(given?: TestDatabase): Promise<InboxDatabase> {
  const database = given ?? (await createTestDatabase(inject('adminUrl')));
  const db = openDomainDatabase(database, 'notifications', (adapter) => new PrismaClient({ adapter }));
  const log = createEventLog(db);
  return {
    db,
    adminUrl: database.adminUrl,
    async eventsOf(ownerId) {
      const page = await log.readTopic(`notifications.inbox.${ownerId}`, 0, 1_000);
      return page?.events ?? [];
    },
    async close() {
      await db.close();
      if (given === undefined) await database.drop();
    },
  };
}
