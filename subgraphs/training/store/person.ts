import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { appointmentChanged, grantsChanged, membershipChanged, relationshipChanged } from '../events.ts';
import { effectiveGrant } from '../rules/relationships.ts';
import { giveBackAll } from './booking-changes.ts';
import type { ChangeOptions } from './options.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** What they are as a trainer, as a client, in gyms and in their classes. */
  export(personId: string): Promise<Record<string, unknown>>;
  /**
   * Deletes it. What they had granted, or had been granted, ends everywhere; places that they had booked go to those who
   * wait. A gym that they owned stays, without them.
   */
  erase(personId: string): Promise<void>;
}

export function createPersonStore({ db: { prisma, transaction }, now }: ChangeOptions): PersonStore {
  return {
    async export(personId) {
      const either = { OR: [{ trainerId: personId }, { clientId: personId }] };
      const own = { where: { personId }, omit: { personId: true as const } };
      const [trainerProfile, relationships, appointments, gymRoles, memberships, bookings] =
        await Promise.all([
          prisma.trainerProfile.findUnique({ where: { trainerId: personId }, omit: { trainerId: true } }),
          prisma.relationship.findMany({
            where: either,
            include: { changes: { omit: { relationshipId: true }, orderBy: { id: 'asc' } } },
            orderBy: { id: 'asc' },
          }),
          prisma.appointment.findMany({ where: either, orderBy: { id: 'asc' } }),
          prisma.staffMember.findMany({ ...own, orderBy: { gymId: 'asc' } }),
          prisma.membership.findMany({ ...own, orderBy: { id: 'asc' } }),
          prisma.booking.findMany({ ...own, orderBy: { id: 'asc' } }),
        ]);
      const all = { trainerProfile, relationships, appointments, gymRoles, memberships, bookings };
      // Dates as text: the export is JSON.
      return JSON.parse(JSON.stringify(all));
    },

    erase(personId) {
      return transaction(async ({ tx, append }) => {
        const drafts = [
          ...(await eraseRelationships(tx, personId)),
          ...(await giveBackAll(tx, { personId }, new Date(now()))),
          ...(await eraseMemberships(tx, personId)),
        ];
        await tx.trainerProfile.deleteMany({ where: { trainerId: personId } });
        await tx.booking.deleteMany({ where: { personId } });
        await tx.staffMember.deleteMany({ where: { personId } });
        const held = { where: { instructorId: personId }, data: { instructorId: null } };
        await tx.gymClass.updateMany(held);
        await tx.classSession.updateMany(held);
        await append(...drafts);
      });
    },
  };
}

type Tx = Transaction<PrismaClient>['tx'];

async function eraseRelationships(tx: Tx, personId: string) {
  const where = { OR: [{ trainerId: personId }, { clientId: personId }] };
  const appointments = await tx.appointment.findMany({ where });
  await tx.appointment.deleteMany({ where });
  const relationships = await tx.relationship.findMany({ where });
  await tx.relationship.deleteMany({ where });
  return [
    ...appointments.flatMap((appointment) => appointmentChanged(appointment, null)),
    ...relationships.flatMap((relationship) => relationshipChanged(relationship, null)),
    ...relationships
      .filter((relationship) => effectiveGrant(relationship).length > 0)
      .map((relationship) => grantsChanged(relationship, [])),
  ];
}

async function eraseMemberships(tx: Tx, personId: string) {
  const present = await tx.membership.findMany({ where: { personId, endedAt: null } });
  await tx.membership.deleteMany({ where: { personId } });
  return present.map((membership) => membershipChanged(membership, false));
}
