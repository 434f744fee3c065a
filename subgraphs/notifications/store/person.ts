import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import { notificationRemoved } from '../events/events.ts';
import { friendshipKinds } from '../rules/rules.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** Their inbox and their preferences. */
  export(userId: string): Promise<Record<string, unknown>>;
  /**
   * Deletes a person's inbox and preferences. From the inboxes of others goes what told of a bond with them; a
   * notification of messages stays, for it may stand for messages of others too, and no longer names them.
   */
  erase(userId: string): Promise<void>;
}

export function createPersonStore({ prisma, transaction }: Database<PrismaClient>): PersonStore {
  return {
    async export(userId) {
      const [notifications, preferences] = await Promise.all([
        prisma.notification.findMany({
          where: { ownerId: userId },
          omit: { ownerId: true, messageSeq: true },
          orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
        }),
        prisma.notificationPreference.findMany({
          where: { ownerId: userId },
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

    erase(userId) {
      return transaction(async ({ tx, append }) => {
        await tx.notification.deleteMany({ where: { ownerId: userId } });
        await tx.notificationPreference.deleteMany({ where: { ownerId: userId } });
        const bonds = { actorId: userId, kind: { in: [...friendshipKinds] } };
        const removed = await tx.notification.findMany({ where: bonds, select: { id: true, ownerId: true } });
        await tx.notification.deleteMany({ where: { id: { in: removed.map(({ id }) => id) } } });
        await tx.notification.updateMany({ where: { actorId: userId }, data: { actorId: null } });
        await append(...removed.map(notificationRemoved));
      });
    },
  };
}
