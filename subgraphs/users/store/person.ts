import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { forgetKeys } from '#platform/db/idempotency.ts';
import { executeIn } from '#platform/sql/statement.ts';
import { friendshipEnded } from '../events/events.ts';
import { signUpKeyOwner } from '../rules/rules.ts';
import { LOCK_PERSON } from './people.ts';
import type { SessionStore } from './sessions.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** Everything but what stands for their password and tokens. */
  export(userId: string): Promise<Record<string, unknown>>;
  /**
   * Deletes a person with all that hangs on them. Their sessions end, and whoever was bound to them is told as if they
   * had ended the friendship. The e-mail and the handle are free again.
   */
  erase(userId: string, now: Date): Promise<void>;
}

export function createPersonStore(
  { prisma, transaction }: Database<PrismaClient>,
  sessions: SessionStore,
): PersonStore {
  return {
    async export(userId) {
      const person = await prisma.person.findUnique({
        where: { id: userId },
        omit: { passwordHash: true, searchName: true, searchBigrams: true },
        include: {
          sessions: { omit: { userId: true } },
          friendships: { omit: { userId: true } },
          requestsSent: { omit: { lowId: true, highId: true } },
          requestsReceived: { omit: { lowId: true, highId: true } },
          blocks: { omit: { blockerId: true } },
        },
      });
      return person === null ? {} : { person };
    },

    async erase(userId, now) {
      await transaction(async (within) => {
        const { tx, append } = within;
        await executeIn(tx, LOCK_PERSON, [userId]);
        const person = await tx.person.findUnique({ where: { id: userId }, select: { email: true } });
        if (person === null) return;
        await sessions.endWithin(within, { userId }, now);
        const requests = await tx.friendRequest.findMany({
          where: { OR: [{ requesterId: userId }, { addresseeId: userId }] },
          select: { requesterId: true, addresseeId: true },
        });
        const others = requests.map(({ requesterId, addresseeId }) =>
          requesterId === userId ? addresseeId : requesterId,
        );
        await append(...others.map((otherId) => friendshipEnded(userId, otherId)));
        await forgetKeys(tx, [userId, signUpKeyOwner(person.email)]);
        await tx.person.delete({ where: { id: userId } });
      });
    },
  };
}
