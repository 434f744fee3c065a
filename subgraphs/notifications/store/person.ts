import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import { notificationRemoved } from '../events.ts';
import { friendshipKinds } from '../rules.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** Their inbox and their preferences. */
  export(personId: string): Promise<Record<string, unknown>>;
  /**
   * Deletes a person's inbox and preferences. From the inboxes of others goes what told of a bond with them; a
   * notification of messages stays, for it may stand for messages of others too, and no longer names them.
   */
  erase(personId: string): Promise<void>;
}

export function createPersonStore({ prisma, transaction }: Database<PrismaClient>): PersonStore {
  return {
    async export(personId) {
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
    },

    erase(personId) {
      return transaction(async ({ tx, append }) => {
        await tx.notification.deleteMany({ where: { ownerId: personId } });
        await tx.notificationPreference.deleteMany({ where: { ownerId: personId } });
        const bonds = { actorId: personId, kind: { in: [...friendshipKinds] } };
        const removed = await tx.notification.findMany({ where: bonds, select: { id: true, ownerId: true } });
        await tx.notification.deleteMany({ where: { id: { in: removed.map(({ id }) => id) } } });
        await tx.notification.updateMany({ where: { actorId: personId }, data: { actorId: null } });
        await append(...removed.map(notificationRemoved));
      });
    },
  };
}
