import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import { notificationRemoved } from '../events.ts';
import { friendshipKinds } from '../rules.ts';

/** Everything that the domain holds about a person, as JSON. */
export async function exportPerson(
  { prisma }: Database<PrismaClient>,
  personId: string,
): Promise<Record<string, unknown>> {
  const [notifications, preferences] = await Promise.all([
    prisma.notification.findMany({
      where: { ownerId: personId },
      omit: { ownerId: true, messageSeq: true },
      orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
    }),
    prisma.notificationPreference.findMany({
      where: { ownerId: personId },
      select: { kind: true, inApp: true },
      orderBy: { kind: 'asc' },
    }),
  ]);
  const dated = notifications.map(({ occurredAt, readAt, ...notification }) => ({
    ...notification,
    occurredAt: occurredAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  }));
  return { notifications: dated, preferences };
}

/**
 * Deletes a person's inbox and preferences. From the inboxes of others goes what told of a bond with them; a
 * notification of messages stays, for it may stand for messages of others too, and no longer names them.
 */
export function erasePerson(db: Database<PrismaClient>, personId: string): Promise<void> {
  return db.transaction(async ({ tx, append }) => {
    await tx.notification.deleteMany({ where: { ownerId: personId } });
    await tx.notificationPreference.deleteMany({ where: { ownerId: personId } });
    const bonds = { actorId: personId, kind: { in: [...friendshipKinds] } };
    const removed = await tx.notification.findMany({ where: bonds, select: { id: true, ownerId: true } });
    await tx.notification.deleteMany({ where: { id: { in: removed.map(({ id }) => id) } } });
    await tx.notification.updateMany({ where: { actorId: personId }, data: { actorId: null } });
    await append(...removed.map(notificationRemoved));
  });
}
