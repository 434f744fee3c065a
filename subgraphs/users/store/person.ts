import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database } from '#platform/db/database.ts';
import { friendshipEnded } from '../events.ts';
import type { SessionStore } from './sessions.ts';

/** Everything that the domain holds about a person, but for what stands for their password and tokens. */
export async function exportPerson(
  { prisma }: Database<PrismaClient>,
  personId: string,
): Promise<Record<string, unknown>> {
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
}

/**
 * Deletes a person with all that hangs on them. Their sessions end, and whoever was bound to them is told as if they
 * had ended the friendship. The e-mail and the handle are free again.
 */
export async function erasePerson(
  { transaction }: Database<PrismaClient>,
  sessions: SessionStore,
  personId: string,
  now: Date,
): Promise<void> {
  await transaction(async (within) => {
    const { tx, append } = within;
    await tx.$executeRaw`SELECT FROM people WHERE id = ${personId}::uuid FOR UPDATE`;
    await sessions.endWithin(within, { personId }, now);
    const requests = await tx.friendRequest.findMany({
      where: { OR: [{ requesterId: personId }, { addresseeId: personId }] },
      select: { requesterId: true, addresseeId: true },
    });
    const others = requests.map(({ requesterId, addresseeId }) =>
      requesterId === personId ? addresseeId : requesterId,
    );
    await append(...others.map((otherId) => friendshipEnded(personId, otherId)));
    await tx.$executeRaw`DELETE FROM idempotency_keys WHERE viewer_id = ${personId}`;
    await tx.person.deleteMany({ where: { id: personId } });
  });
}
