import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/training/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import type { CreationKey } from '#platform/db/idempotency.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { GymStaffRole } from '../rules/staff.ts';

/** What of a gym is told by hand. */
export interface GymContent {
  name: string;
  description: string | null;
  websiteUrl: string | null;
  joining: 'OPEN' | 'BY_STAFF';
}

/** A gym as somebody sees it. */
export interface GymView extends GymContent {
  id: string;
  /** The viewer's role in it; null where they have none. */
  ownRole: GymStaffRole | null;
  version: number;
}

/** Cursors of the list of gyms: the name in small letters, the id. */
export const gymCursor = defineCursor('training.gyms', z.tuple([z.string(), z.uuid()]));

/** Gyms; reads are one statement each. */
export function createGymStore({ db, now, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Makes a gym that somebody owns, once for a key.
     * @returns its id
     */
    create(ownerId: string, content: GymContent, once: CreationKey): Promise<string> {
      const call = { viewerId: ownerId, method: 'CreateGym', ...once };
      return db.idempotent(call, async ({ tx }) => {
        const id = newId();
        const owner = { userId: ownerId, role: 'OWNER' as const, startedAt: new Date(now()) };
        await tx.gym.create({ data: { id, ...content, staff: { create: owner } } });
        return id;
      });
    },

    /** Changes the version that was read. */
    async update(id: string, content: GymContent, expectedVersion: number): Promise<void> {
      const { count } = await db.prisma.gym.updateMany({
        where: { id, version: expectedVersion },
        data: { ...content, version: { increment: 1 } },
      });
      if (count === 0) throw staleVersion('gym');
    },

    /**
     * What somebody does in a gym; null where nothing.
     * @throws NOT_FOUND where there is no such gym
     */
    async roleIn(gymId: string, userId: string): Promise<GymStaffRole | null> {
      const [gym] = await db.query(ROLE_IN, [gymId, userId]);
      if (gym === undefined) throw notFound('gym');
      return gym.role;
    },

    /** Those found, in any order. */
    get(viewerId: string, ids: readonly string[], signal?: AbortSignal): Promise<GymView[]> {
      return db.query(GET_GYMS, [viewerId, ids], signal);
    },

    /** Those whose name begins with a text, by name. */
    async list(
      viewerId: string,
      namePrefix: string,
      window: PageWindow<[string, string]>,
      signal?: AbortSignal,
    ): Promise<Page<GymView>> {
      const rows = await readWindow(db, GYMS, [viewerId, namePrefix], window, signal);
      return pageOf(rows, window, gymCursor, ({ name, id }) => [name.toLowerCase(), id]);
    },
  };
}

/** Whoever changes what they have not read. */
export function staleVersion(what: string): DomainError {
  return new DomainError(
    'CONFLICT',
    `The ${what} was changed in between: read it again, then change its present version.`,
    { reason: 'VERSION_STALE' },
  );
}

/** Of the gyms whose lists are read, those that there are. */
export const THAT_ARE = 'JOIN gyms ON gyms.id = owner.id';

const GYM = `
SELECT gyms.id, name, description, website_url AS "websiteUrl", joining, version, staff.role AS "ownRole"
FROM gyms LEFT JOIN staff_members AS staff ON staff.gym_id = gyms.id AND staff.user_id = $1`;

export const GET_GYMS = sql<[viewerId: string, ids: readonly string[]], GymView>(
  `${GYM} WHERE gyms.id = ANY ($2::uuid[])`,
);

export const ROLE_IN = sql<[gymId: string, userId: string], { role: GymStaffRole | null }>(`
  SELECT role FROM gyms LEFT JOIN staff_members ON gym_id = gyms.id AND user_id = $2 WHERE gyms.id = $1`);

export const GYMS = paged<[viewerId: string, namePrefix: string], GymView, [string, string]>(
  {
    by: [
      ['lower(name) COLLATE "C"', 'text'],
      ['gyms.id', 'uuid'],
    ],
    order: 'ASC',
  },
  ({ behind, order, limit }) => `
    ${GYM} WHERE starts_with(lower(name), lower($2)) AND ${behind} ORDER BY ${order} LIMIT ${limit}`,
);

export const LOCK_GYM = sql<[id: string]>('SELECT FROM gyms WHERE id = $1::uuid FOR UPDATE');
