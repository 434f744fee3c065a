import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { lockName } from '#platform/db/locks.ts';
import { type OwnedPage, ownedPages, paged, readPages, readWindow } from '#platform/db/paged.ts';
import { notFound } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import { membershipChanged } from '../events/events.ts';
import { rolesFor } from '../rules/staff.ts';
import { giveBackAll } from './booking-changes.ts';
import { ownedCursor } from './pages.ts';

export interface GymMembershipView {
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

/** Cursors of a person's memberships: when they began in milliseconds, the id. */
export const membershipCursor = defineCursor('training.memberships', z.tuple([cursorInstant, z.uuid()]));

/** Whose members are read. */
export interface MembersQuery {
  gymIds: readonly string[];
  includeEnded: boolean;
  page: PageRequest__Output | null;
}

/** Who trains in which gym; reads are one statement each. */
export function createMembershipStore({ db, now, newId }: StoreOptions<PrismaClient>) {
  /** Ends a membership that goes on, and with it what is booked in that gym. */
  async function endWithin(
    { tx, append }: Transaction<PrismaClient>,
    { id, gymId, userId }: Pick<GymMembershipView, 'id' | 'gymId' | 'userId'>,
  ): Promise<void> {
    const endedAt = new Date(now());
    const { count } = await tx.gymMembership.updateMany({ where: { id, endedAt: null }, data: { endedAt } });
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
      method: 'JoinGym' | 'AddGymMember',
      { gymId, userId, lastDay }: NewMembership,
      once: Creation,
    ): Promise<string> {
      return db.idempotent({ viewerId: actorId, method, ...once }, async ({ tx, append }) => {
        await lockName(tx, `member ${gymId} ${userId}`);
        const present = await tx.gymMembership.findFirst({ where: { gymId, userId, endedAt: null } });
        if (present !== null) {
          if (method === 'AddGymMember')
            await tx.gymMembership.update({ where: { id: present.id }, data: { lastDay } });
          return present.id;
        }
        const id = newId();
        await tx.gymMembership.create({ data: { id, gymId, userId, lastDay, startedAt: new Date(now()) } });
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
        const membership = await transaction.tx.gymMembership.findUnique({ where: { id } });
        if (membership === null) throw notFound('membership');
        await endWithin(transaction, membership);
      });
    },

    /** Ends those whose last day is over. */
    async endExpired(signal: AbortSignal): Promise<void> {
      const today = new Date(now()).toISOString().slice(0, 10);
      const expired = await db.query(EXPIRED, [today], signal);
      for (const membership of expired) {
        signal.throwIfAborted();
        await db.transaction((transaction) => endWithin(transaction, membership));
      }
    },

    /** By id; null where there is none. */
    async find(id: string): Promise<GymMembershipView | null> {
      const [found] = await db.query(FIND_MEMBERSHIP, [id]);
      return found ?? null;
    },

    /** Those of the viewer, and those of gyms whose staff may see who trains there. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<GymMembershipView[]> {
      return db.query(GET_MEMBERSHIPS, [viewerId, ids, rolesFor('receive')], signal);
    },

    /** Of a person, newest first. */
    async list(
      userId: string,
      window: PageWindow<[number, string]>,
      signal?: AbortSignal,
    ): Promise<Page<GymMembershipView>> {
      const rows = await readWindow(db, MEMBERSHIPS, [userId], window, signal);
      return pageOf(rows, window, membershipCursor, keysOf);
    },

    /** A page of each of those gyms whose staff the viewer is in, newest first. */
    listOf(
      viewerId: string,
      { gymIds, includeEnded, page }: MembersQuery,
      signal?: AbortSignal,
    ): Promise<OwnedPage<GymMembershipView>[]> {
      const values: [string, readonly string[], boolean] = [viewerId, rolesFor('receive'), includeEnded];
      return readPages(db, MEMBERS, { ownerIds: gymIds, page, values }, memberCursor, signal);
    },

    /** The present ones of a person in these gyms. */
    present(userId: string, gymIds: readonly string[], signal?: AbortSignal): Promise<GymMembershipView[]> {
      return db.query(PRESENT_MEMBERSHIPS, [userId, gymIds], signal);
    },

    /** All present ones, behind a gym and person. */
    listActive(after: readonly [string, string] | null, limit: number): Promise<GymMembershipView[]> {
      const [gymId, userId] = after ?? [null, null];
      return db.query(ACTIVE_MEMBERSHIPS, [gymId, userId, limit]);
    },
  };
}

function keysOf({ startedAt, id }: GymMembershipView): [number, string] {
  return [startedAt.getTime(), id];
}

const COLUMNS = `
  id, gym_id AS "gymId", user_id AS "userId", started_at AS "startedAt", last_day AS "lastDay",
  ended_at AS "endedAt"`;

export const EXPIRED = sql<[today: string], GymMembershipView>(
  `SELECT ${COLUMNS} FROM memberships WHERE ended_at IS NULL AND last_day < $1`,
);

export const FIND_MEMBERSHIP = sql<[id: string], GymMembershipView>(
  `SELECT ${COLUMNS} FROM memberships WHERE id = $1`,
);

export const GET_MEMBERSHIPS = sql<
  [viewerId: string, ids: readonly string[], roles: readonly string[]],
  GymMembershipView
>(`
  SELECT ${COLUMNS} FROM memberships
  WHERE id = ANY ($2::uuid[]) AND (user_id = $1 OR EXISTS (
    SELECT FROM staff_members AS viewer
    WHERE viewer.gym_id = memberships.gym_id AND viewer.user_id = $1 AND viewer.role::text = ANY ($3)
  ))`);

export const PRESENT_MEMBERSHIPS = sql<[userId: string, gymIds: readonly string[]], GymMembershipView>(`
  SELECT ${COLUMNS} FROM memberships
  WHERE user_id = $1 AND gym_id = ANY ($2::uuid[]) AND ended_at IS NULL`);

export const ACTIVE_MEMBERSHIPS = sql<
  [afterGymId: string | null, afterUserId: string | null, limit: number],
  GymMembershipView
>(`
  SELECT ${COLUMNS} FROM memberships
  WHERE ended_at IS NULL AND ($1::uuid IS NULL OR (gym_id, user_id) > ($1, $2::uuid))
  ORDER BY gym_id, user_id LIMIT $3`);

export const MEMBERSHIPS = paged<[userId: string], GymMembershipView, [number, string]>(
  {
    by: [
      ['started_at', 'timestamptz'],
      ['id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT ${COLUMNS} FROM memberships WHERE user_id = $1 AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

const memberCursor = ownedCursor('members', z.tuple([cursorInstant, z.uuid()]));

export const MEMBERS = ownedPages<
  [viewerId: string, roles: readonly string[], includeEnded: boolean],
  GymMembershipView,
  [number, string]
>({
  rows: `SELECT ${COLUMNS} FROM memberships`,
  owner: '"gymId"',
  owners: `JOIN staff_members AS viewer
    ON viewer.gym_id = owner.id AND viewer.user_id = $2 AND viewer.role::text = ANY ($3)`,
  where: '($4 OR t."endedAt" IS NULL)',
  by: [
    ['"startedAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'DESC',
  keysOf,
});
