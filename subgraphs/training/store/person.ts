import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { Database } from '#platform/db/database.ts';
import { grantsChanged, relationshipChanged } from '../events.ts';
import { effectiveGrant } from '../rules/relationships.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** Their profile as a trainer, and their relationships with their history. */
  export(personId: string): Promise<Record<string, unknown>>;
  /** Deletes it. What they had granted, or had been granted, ends everywhere. */
  erase(personId: string): Promise<void>;
}

export function createPersonStore({ prisma, transaction }: Database<PrismaClient>): PersonStore {
  return {
    async export(personId) {
      const [trainerProfile, relationships] = await Promise.all([
        prisma.trainerProfile.findUnique({ where: { trainerId: personId }, omit: { trainerId: true } }),
        prisma.relationship.findMany({
          where: { OR: [{ trainerId: personId }, { clientId: personId }] },
          include: { changes: { omit: { relationshipId: true }, orderBy: { id: 'asc' } } },
          orderBy: { id: 'asc' },
        }),
      ]);
      // Dates as text: the export is JSON.
      return JSON.parse(JSON.stringify({ trainerProfile, relationships }));
    },

    erase(personId) {
      return transaction(async ({ tx, append }) => {
        const where = { OR: [{ trainerId: personId }, { clientId: personId }] };
        const gone = await tx.relationship.findMany({ where });
        await tx.relationship.deleteMany({ where });
        await tx.trainerProfile.deleteMany({ where: { trainerId: personId } });
        await append(
          ...gone.flatMap((relationship) => [
            ...relationshipChanged(relationship, null),
            ...(effectiveGrant(relationship).length > 0 ? [grantsChanged(relationship, [])] : []),
          ]),
        );
      });
    },
  };
}
