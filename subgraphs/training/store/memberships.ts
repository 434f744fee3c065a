import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { Transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { membershipChanged } from '../events.ts';
import { giveBackAll } from './booking-changes.ts';
import { keysetOf } from './keyset.ts';
import type { ChangeOptions, Once } from './options.ts';

export interface MembershipView {
  id: string;
  gymId: string;
  userId: string;
  startedAt: Date;
  /** ISO date, UTC; null where it goes on. */
  lastDay: string | null;
  endedAt: Date | null;
}

/** Who begins to train where. */
export interface NewMembership {
  gymId: string;
  userId: string;
  lastDay: string | null;
}

/** Cursors of lists of memberships: when they began in milliseconds, the id. */
export const membershipCursor = defineCursor('training.memberships', z.tuple([cursorInstant, z.uuid()]));

const BY_START = { sort: 'started_at', type: 'timestamptz', id: 'id' } as const;

/** Who trains in which gym; reads are one statement each. */
export function createMembershipStore({ db, now, newId }: ChangeOptions) {
  /** Ends a membership that goes on, and with it what is booked in that gym. */
  async function endWithin(
    { tx, append }: Transaction<PrismaClient>,
    { id, gymId, userId }: Pick<MembershipView, 'id' | 'gymId' | 'userId'>,
  ): Promise<void> {
    const endedAt = new Date(now());
    const { count } = await tx.membership.updateMany({ where: { id, endedAt: null }, data: { endedAt } });
    if (count === 0) return;
    const given = await giveBackAll(tx, { gymId, userId }, endedAt);
    await append(membershipChanged({ gymId, userId }, false), ...given);
  }

  return {
    /**
     * Makes somebody a member, once for a key; where they are one, until this last day from now on if staff say so.
     * @returns the membership's id
     */
    start(
      actorId: string,
      method: 'JoinGym' | 'AddMember',
      { gymId, userId, lastDay }: NewMembership,
      once: Once,
    ): Promise<string> {
      return db.idempotent({ viewerId: actorId, method, ...once }, async ({ tx, append }) => {
        const name = `member ${gymId} ${userId}`;
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
        const present = await tx.membership.findFirst({ where: { gymId, userId, endedAt: null } });
        if (present !== null) {
          if (method === 'AddMember')
            await tx.membership.update({ where: { id: present.id }, data: { lastDay } });
          return present.id;
        }
        const id = newId();
        await tx.membership.create({ data: { id, gymId, userId, lastDay, startedAt: new Date(now()) } });
        await append(membershipChanged({ gymId, userId }, true));
        return id;
      });
    },

    /**
     * Ends a membership; nothing changes where it has ended.
     * @throws NOT_FOUND where there is none
     */
    end(id: string): Promise<void> {
      return db.transaction(async (transaction) => {
        const membership = await transaction.tx.membership.findUnique({ where: { id } });
        if (membership === null) throw notFound('membership');
        await endWithin(transaction, membership);
      });
    },

    /** Ends those whose last day is over. */
    async endExpired(signal: AbortSignal): Promise<void> {
      const today = new Date(now()).toISOString().slice(0, 10);
      const expired = await db.query<MembershipView>(
        `SELECT ${COLUMNS} FROM memberships WHERE ended_at IS NULL AND last_day < $1`,
        [today],
        signal,
      );
      for (const membership of expired) {
        signal.throwIfAborted();
        await db.transaction((transaction) => endWithin(transaction, membership));
      }
    },

    /** By id; null where there is none. */
    async find(id: string): Promise<MembershipView | null> {
      const [found] = await db.query<MembershipView>(`SELECT ${COLUMNS} FROM memberships WHERE id = $1`, [
        id,
      ]);
      return found ?? null;
    },

    /** Of a person or a gym, newest first. */
    async list(
      of: { userId: string } | { gymId: string },
      { includeEnded, window }: { includeEnded: boolean; window: PageWindow<[number, string]> },
      signal?: AbortSignal,
    ): Promise<Page<MembershipView>> {
      const [column, id] = 'userId' in of ? ['user_id', of.userId] : ['gym_id', of.gymId];
      const { condition, order, values } = keysetOf(window, BY_START, 'DESC', 3);
      const rows = await db.query<MembershipView>(
        `SELECT ${COLUMNS} FROM memberships
         WHERE ${column} = $1 AND ($2 OR ended_at IS NULL) AND ${condition}
         ORDER BY started_at ${order}, id ${order} LIMIT $3`,
        [id, includeEnded, ...values],
        signal,
      );
      return pageOf(rows, window, membershipCursor, (row) => [row.startedAt.getTime(), row.id]);
    },

    /** The present ones of a person in these gyms. */
    present(userId: string, gymIds: readonly string[], signal?: AbortSignal): Promise<MembershipView[]> {
      return db.query(
        `SELECT ${COLUMNS} FROM memberships
         WHERE user_id = $1 AND gym_id = ANY ($2::uuid[]) AND ended_at IS NULL`,
        [userId, gymIds],
        signal,
      );
    },

    /** All present ones, behind a gym and person. */
    listActive(after: readonly [string, string] | null, limit: number): Promise<MembershipView[]> {
      const [gymId, userId] = after ?? [null, null];
      return db.query(
        `SELECT ${COLUMNS} FROM memberships
         WHERE ended_at IS NULL AND ($1::uuid IS NULL OR (gym_id, user_id) > ($1, $2::uuid))
         ORDER BY gym_id, user_id LIMIT $3`,
        [gymId, userId, limit],
      );
    },
  };
}

const COLUMNS = `
  id, gym_id AS "gymId", user_id AS "userId", started_at AS "startedAt", last_day AS "lastDay",
  ended_at AS "endedAt"`;
