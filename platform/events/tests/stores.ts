import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { inject } from 'vitest';
import { PrismaClient } from '#gen/prisma/notifications/client.ts';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { createDatabase, type Database } from '#platform/db/database.ts';
import { CALL_MS } from '#tests/patience.ts';
import { createTestDatabase } from '../../../scripts/test-services.ts';
import type { AppendedEvent, EventDraft } from '../../event-log/event.ts';
import { createEventLog, type EventLog } from '../log.ts';

/** Silent but for what a test should fail on. */
export const log = createLogger({ level: 'fatal', name: 'test' });
/** What tests do not look at, where nothing else is given. */
export const metrics = createMetrics({ process: false }).events;

/** A domain's storage, with nothing running on it. The client is used for its raw SQL alone. */
export interface Store {
  url: string;
  db: Database<PrismaClient>;
  eventLog: EventLog;
  /** Appends in one transaction, and returns after its commit. */
  append(...drafts: EventDraft[]): Promise<AppendedEvent[]>;
  /** How often a commit that appended was announced. */
  announced(): number;
  /** Called at each of those. */
  onAppended(listener: () => void): void;
}

export interface Stores {
  users: Store;
  messaging: Store;
  notifications: Store;
  /** The whole database, as its administrator. */
  admin: pg.Pool;
  adminUrl: string;
  close(): Promise<void>;
}

/** The domains' storage in a fresh database. */
export async function openStores(): Promise<Stores> {
  const database = await createTestDatabase(inject('adminUrl'));
  const users = openStore('users', database.urls['users'] ?? '');
  const messaging = openStore('messaging', database.urls['messaging'] ?? '');
  const notifications = openStore('notifications', database.urls['notifications'] ?? '');
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on('error', () => undefined);
  return {
    users,
    messaging,
    notifications,
    admin,
    adminUrl: database.adminUrl,
    async close() {
      await Promise.all([users.db.close(), messaging.db.close(), notifications.db.close(), admin.end()]);
      await database.drop();
    },
  };
}

/** An event about a fresh message in a conversation. */
export function messageSent(conversationId: string, messageId: string = randomUUID()): EventDraft {
  return {
    topic: `messaging.conversation.${conversationId}`,
    kind: 'messaging.message-sent',
    payload: { messageSent: { conversationId, messageId, actorId: 'ada' } },
  };
}

function openStore(domain: string, url: string): Store {
  let announced = 0;
  const listeners: (() => void)[] = [];
  const db = createDatabase({
    url,
    domain,
    poolSize: 10,
    statementTimeoutMs: CALL_MS,
    createPrisma: (adapter) => new PrismaClient({ adapter }),
    newId: uuidv7,
    onAppended() {
      announced += 1;
      for (const listener of listeners) listener();
    },
  });
  return {
    url,
    db,
    eventLog: createEventLog(db),
    append: (...drafts) => db.transaction(({ append }) => append(...drafts)),
    announced: () => announced,
    onAppended: (listener) => void listeners.push(listener),
  };
}
