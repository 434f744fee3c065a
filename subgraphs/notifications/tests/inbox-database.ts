import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { inject } from 'vitest';
import { PrismaClient } from '#gen/prisma/notifications/client.ts';
import { createDatabase, type Database } from '#platform/db/database.ts';
import type { LoggedEvent } from '#platform/events/event.ts';
import { createEventLog } from '#platform/events/log.ts';
import { createTestDatabase, type TestDatabase } from '../../../scripts/test-services.ts';

/** The domain's storage on a database of its own, without anything that runs behind it. */
export interface InboxDatabase {
  db: Database<PrismaClient>;
  /** What was appended to a person's inbox topic, oldest first. */
  eventsOf(ownerId: string): Promise<LoggedEvent[]>;
  /**
   * How many statements some work takes, but for BEGIN and COMMIT.
   * @param mentioning - Counts those alone that hold this text: where more than the work is going on.
   */
  countStatements(work: () => Promise<unknown>, mentioning?: string): Promise<number>;
  close(): Promise<void>;
}

/** @param given - The database of a network that runs already; one of its own where left out. */
export async function openInboxDatabase(given?: TestDatabase): Promise<InboxDatabase> {
  const database = given ?? (await createTestDatabase(inject('adminUrl')));
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const db = createDatabase({
    url: database.urls['notifications'] ?? '',
    domain: 'notifications',
    poolSize: 4,
    statementTimeoutMs: 5_000,
    createPrisma: (adapter) => new PrismaClient({ adapter }),
    newId: uuidv7,
    onAppended: () => undefined,
  });
  const log = createEventLog(db);
  return {
    db,
    async eventsOf(ownerId) {
      const page = await log.readTopic(`notifications.inbox.${ownerId}`, 0, 1_000);
      return page?.events ?? [];
    },
    async countStatements(work, mentioning = '') {
      await admin.query(RESET);
      await work();
      const { rows } = await admin.query(STATEMENTS, [mentioning]);
      return rows[0].calls;
    },
    async close() {
      await db.close();
      await admin.end();
      if (given === undefined) await database.drop();
    },
  };
}

/** Of this database alone: other test files count in theirs at the same time. */
const RESET = `
SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)`;

const STATEMENTS = `
SELECT coalesce(sum(calls), 0)::integer AS calls FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND userid = 'fitme_notifications'::regrole
  AND query !~* '^(begin|commit)' AND strpos(query, $1) > 0`;
