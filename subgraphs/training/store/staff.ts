import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import { type OwnedPage, ownedPages, readPages } from '#platform/db/paged.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { executeIn } from '#platform/sql/statement.ts';
import { type GymStaffRole, maySetRole } from '../rules/staff.ts';
import { LOCK_GYM, THAT_ARE } from './gyms.ts';
import { ownedCursor } from './pages.ts';

export interface GymStaffView {
  gymId: string;
  userId: string;
  role: GymStaffRole;
  startedAt: Date;
}

/** A gym's staff; its cursors hold since when in milliseconds, and who. */
const staffCursor = ownedCursor('staff', z.tuple([cursorInstant, z.uuid()]));

export const STAFF = ownedPages<[], GymStaffView, [number, string]>({
  rows: 'SELECT gym_id AS "gymId", user_id AS "userId", role, started_at AS "startedAt" FROM staff_members',
  owner: '"gymId"',
  owners: THAT_ARE,
  by: [
    ['"startedAt"', 'timestamptz'],
    ['"userId"', 'uuid'],
  ],
  order: 'ASC',
  keysOf: ({ startedAt, userId }) => [startedAt.getTime(), userId],
});

/** Who works in gyms. */
export function createStaffStore({ db, now }: StoreOptions<PrismaClient>) {
  /** Runs with the staff of a gym to itself, and with what it has to do with this person. */
  function change<Result>(
    gymId: string,
    actorId: string,
    userId: string,
    next: GymStaffRole | null,
    run: (tx: Tx) => Promise<Result>,
  ): Promise<Result> {
    return db.transaction(async ({ tx }) => {
      if ((await executeIn(tx, LOCK_GYM, [gymId])) === 0) throw notFound('gym');
      const concerned = await tx.gymStaffMember.findMany({
        where: { gymId, userId: { in: [actorId, userId] } },
      });
      const roleOf = (id: string) => concerned.find((member) => member.userId === id)?.role ?? null;
      const present = roleOf(userId);
      // Whoever goes by themselves needs nobody's leave.
      const isLeaving = actorId === userId && next === null;
      if (!isLeaving && !maySetRole(roleOf(actorId), present, next)) {
        throw new DomainError('PERMISSION_DENIED', 'Owners and managers of the gym do this: ask them.', {
          reason: 'GYM_ROLE_MISSING',
        });
      }
      if (present === 'OWNER' && next !== 'OWNER') {
        const owners = await tx.gymStaffMember.count({ where: { gymId, role: 'OWNER' } });
        if (owners === 1) {
          throw new DomainError(
            'FAILED_PRECONDITION',
            'This is the last owner: make somebody else one first.',
            { reason: 'LAST_OWNER' },
          );
        }
      }
      return run(tx);
    });
  }

  return {
    /** Gives somebody a role, or another one. */
    set(gymId: string, actorId: string, userId: string, role: GymStaffRole): Promise<GymStaffView> {
      return change(gymId, actorId, userId, role, (tx) =>
        tx.gymStaffMember.upsert({
          where: { gymId_userId: { gymId, userId } },
          create: { gymId, userId, role, startedAt: new Date(now()) },
          update: { role },
        }),
      );
    },

    /** Takes somebody out; what they were to hold is open again. */
    remove(gymId: string, actorId: string, userId: string): Promise<void> {
      return change(gymId, actorId, userId, null, async (tx) => {
        await tx.gymStaffMember.deleteMany({ where: { gymId, userId } });
        const held = { gymId, instructorId: userId };
        await tx.gymClass.updateMany({ where: held, data: { instructorId: null } });
        await tx.classSession.updateMany({
          where: { ...held, startsAt: { gt: new Date(now()) } },
          data: { instructorId: null },
        });
      });
    },

    /** A page of the staff of each of these gyms, in the order in which they began. */
    listOf(
      ownerIds: readonly string[],
      page: PageRequest__Output | null,
      signal?: AbortSignal,
    ): Promise<OwnedPage<GymStaffView>[]> {
      return readPages(db, STAFF, { ownerIds, page, values: [] }, staffCursor, signal);
    },
  };
}

type Tx = Transaction<PrismaClient>['tx'];
