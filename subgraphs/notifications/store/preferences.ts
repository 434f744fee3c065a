import type { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { Database } from '#platform/db/database.ts';
import type { Preference } from '../rules/rules.ts';

/** Which kinds people want. */
export interface PreferenceStore {
  /** What somebody has chosen; not an entry for every kind. */
  chosen(ownerId: string): Promise<Preference[]>;
  choose(ownerId: string, preference: Preference): Promise<Preference>;
}

export function createPreferenceStore({ prisma }: Database<PrismaClient>): PreferenceStore {
  return {
    chosen(ownerId) {
      return prisma.notificationPreference.findMany({
        where: { ownerId },
        select: { kind: true, inApp: true },
      });
    },

    choose(ownerId, { kind, inApp }) {
      return prisma.notificationPreference.upsert({
        where: { ownerId_kind: { ownerId, kind } },
        create: { ownerId, kind, inApp },
        update: { inApp },
        select: { kind: true, inApp: true },
      });
    },
  };
}
