import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { friendshipEnded } from '../events.ts';
import { signUpKeyOwner } from '../rules.ts';
import type { SessionStore } from './sessions.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** Everything but what stands for their password and tokens. */
  export(personId: string): Promise<Record<string, unknown>>;
  /**
   * Deletes a person with all that hangs on them. Their sessions end, and whoever was bound to them is told as if they
   * had ended the friendship. The e-mail and the handle are free again.
   */
  erase(personId: string, now: Date): Promise<void>;
}

export function createPersonStore(
  { prisma, transaction }: Database<PrismaClient>,
  sessions: SessionStore,
): PersonStore {
  return {
    async export(personId) {
      const person = await prisma.person.findUnique({
        where: { id: personId },
        omit: { passwordHash: true, searchName: true, searchBigrams: true },
        include: {
          sessions: { omit: { personId: true } },
          friendships: { omit: { personId: true } },
          requestsSent: { omit: { lowId: true, highId: true } },
          requestsReceived: { omit: { lowId: true, highId: true } },
          blocks: { omit: { blockerId: true } },
        },
      });
      return person === null ? {} : { person };
    },

    async erase(personId, now) {
      await transaction(async (within) => {
        const { tx, append } = within;
        await tx.$executeRaw`SELECT FROM people WHERE id = ${personId}::uuid FOR UPDATE`;
        const person = await tx.person.findUnique({ where: { id: personId }, select: { email: true } });
        if (person === null) return;
        await sessions.endWithin(within, { personId }, now);
        const requests = await tx.friendRequest.findMany({
          where: { OR: [{ requesterId: personId }, { addresseeId: personId }] },
          select: { requesterId: true, addresseeId: true },
        });
        const others = requests.map(({ requesterId, addresseeId }) =>
          requesterId === personId ? addresseeId : requesterId,
        );
        await append(...others.map((otherId) => friendshipEnded(personId, otherId)));
        const keyOwners = [personId, signUpKeyOwner(person.email)];
        await tx.$executeRaw`DELETE FROM idempotency_keys WHERE viewer_id = ANY (${keyOwners})`;
        await tx.person.delete({ where: { id: personId } });
      });
    },
  };
}
