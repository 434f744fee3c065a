import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { maySetRole, type StaffRole } from '../rules/staff.ts';
import { keysetOf } from './keyset.ts';
import type { ChangeOptions } from './options.ts';

export interface StaffView {
  gymId: string;
  userId: string;
  role: StaffRole;
  since: Date;
}

/** Cursors of a gym's staff: since when in milliseconds, who. */
export const staffCursor = defineCursor('training.staff', z.tuple([cursorInstant, z.uuid()]));

/** Who works in gyms. */
export function createStaffStore({ db, now }: ChangeOptions) {
  /** Runs with the staff of a gym to itself, and with what it has to do with this person. */
  function change<Result>(
    gymId: string,
    actorId: string,
    userId: string,
    next: StaffRole | null,
    run: (tx: Tx) => Promise<Result>,
  ): Promise<Result> {
    return db.transaction(async ({ tx }) => {
      const gyms = await tx.$queryRaw<unknown[]>`SELECT FROM gyms WHERE id = ${gymId}::uuid FOR UPDATE`;
      if (gyms.length === 0) throw notFound('gym');
      const concerned = await tx.staffMember.findMany({
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
        const owners = await tx.staffMember.count({ where: { gymId, role: 'OWNER' } });
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
    set(gymId: string, actorId: string, userId: string, role: StaffRole): Promise<StaffView> {
      return change(gymId, actorId, userId, role, (tx) =>
        tx.staffMember.upsert({
          where: { gymId_userId: { gymId, userId } },
          create: { gymId, userId, role, since: new Date(now()) },
          update: { role },
        }),
      );
    },

    /** Takes somebody out; what they were to hold is open again. */
    remove(gymId: string, actorId: string, userId: string): Promise<void> {
      return change(gymId, actorId, userId, null, async (tx) => {
        await tx.staffMember.deleteMany({ where: { gymId, userId } });
        const held = { gymId, instructorId: userId };
        await tx.gymClass.updateMany({ where: held, data: { instructorId: null } });
        await tx.classSession.updateMany({
          where: { ...held, startsAt: { gt: new Date(now()) } },
          data: { instructorId: null },
        });
      });
    },

    /** In the order in which they began. */
    async list(
      gymId: string,
      window: PageWindow<[number, string]>,
      signal?: AbortSignal,
    ): Promise<Page<StaffView>> {
      const columns = { sort: 'since', type: 'timestamptz', id: 'user_id' } as const;
      const { condition, order, values } = keysetOf(window, columns, 'ASC', 2);
      const rows = await db.query<StaffView>(
        `SELECT gym_id AS "gymId", user_id AS "userId", role, since FROM staff_members
         WHERE gym_id = $1 AND ${condition} ORDER BY since ${order}, user_id ${order} LIMIT $2`,
        [gymId, ...values],
        signal,
      );
      return pageOf(rows, window, staffCursor, ({ since, userId }) => [since.getTime(), userId]);
    },
  };
}

type Tx = Transaction<PrismaClient>['tx'];
