import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import {
  appointmentChanged,
  grantsChanged,
  membershipChanged,
  relationshipChanged,
} from '../events/events.ts';
import { effectiveGrant } from '../rules/relationships.ts';
import { giveBackAll } from './booking-changes.ts';
import type { ChangeOptions } from './options.ts';

/** All that the domain holds about one person. */
export interface PersonStore {
  /** What they are as a trainer, as a client, in gyms and in their classes. */
  export(userId: string): Promise<Record<string, unknown>>;
  /**
   * Deletes it. What they had granted, or had been granted, ends everywhere; places that they had booked go to those who
   * wait. A gym that they owned stays, without them.
   */
  erase(userId: string): Promise<void>;
}

export function createPersonStore({ db: { prisma, transaction }, now }: ChangeOptions): PersonStore {
  return {
    async export(userId) {
      const either = { OR: [{ trainerId: userId }, { clientId: userId }] };
      const own = { where: { userId }, omit: { userId: true as const } };
      const [trainerProfile, clientRelationships, appointments, gymRoles, gymMemberships, classBookings] =
        await Promise.all([
          prisma.trainerProfile.findUnique({ where: { trainerId: userId }, omit: { trainerId: true } }),
          prisma.clientRelationship.findMany({
            where: either,
            include: { changes: { omit: { clientRelationshipId: true }, orderBy: { id: 'asc' } } },
            orderBy: { id: 'asc' },
          }),
          prisma.appointment.findMany({ where: either, orderBy: { id: 'asc' } }),
          prisma.gymStaffMember.findMany({ ...own, orderBy: { gymId: 'asc' } }),
          prisma.gymMembership.findMany({ ...own, orderBy: { id: 'asc' } }),
          prisma.classBooking.findMany({ ...own, orderBy: { id: 'asc' } }),
        ]);
      const all = {
        trainerProfile,
        clientRelationships,
        appointments,
        gymRoles,
        gymMemberships,
        classBookings,
      };
      // Dates as text: the export is JSON.
      return JSON.parse(JSON.stringify(all));
    },

    erase(userId) {
      return transaction(async ({ tx, append }) => {
        const drafts = [
          ...(await eraseRelationships(tx, userId)),
          ...(await giveBackAll(tx, { userId }, new Date(now()))),
          ...(await eraseMemberships(tx, userId)),
        ];
        await tx.trainerProfile.deleteMany({ where: { trainerId: userId } });
        await tx.classBooking.deleteMany({ where: { userId } });
        await tx.gymStaffMember.deleteMany({ where: { userId } });
        const held = { where: { instructorId: userId }, data: { instructorId: null } };
        await tx.gymClass.updateMany(held);
        await tx.classSession.updateMany(held);
        await append(...drafts);
      });
    },
  };
}

type Tx = Transaction<PrismaClient>['tx'];

async function eraseRelationships(tx: Tx, userId: string) {
  const where = { OR: [{ trainerId: userId }, { clientId: userId }] };
  const appointments = await tx.appointment.findMany({ where });
  await tx.appointment.deleteMany({ where });
  const relationships = await tx.clientRelationship.findMany({ where });
  await tx.clientRelationship.deleteMany({ where });
  return [
    ...appointments.flatMap((appointment) => appointmentChanged(appointment, null)),
    ...relationships.flatMap((relationship) => relationshipChanged(relationship, null)),
    ...relationships
      .filter((relationship) => effectiveGrant(relationship).length > 0)
      .map((relationship) => grantsChanged(relationship, [])),
  ];
}

async function eraseMemberships(tx: Tx, userId: string) {
  const present = await tx.gymMembership.findMany({ where: { userId, endedAt: null } });
  await tx.gymMembership.deleteMany({ where: { userId } });
  return present.map((membership) => membershipChanged(membership, false));
}
