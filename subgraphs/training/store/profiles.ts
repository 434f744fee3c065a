import { z } from 'zod';
import type { Prisma, PrismaClient } from '#gen/prisma/training/client.ts';
import type { Database } from '#platform/db/database.ts';
import { paged, readWindow } from '#platform/db/paged.ts';
import { DomainError } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import { sql } from '#platform/sql/statement.ts';
import type { TrainerProfile, TrainerSpeciality } from '../rules/profiles.ts';

/** Cursors of the list of trainers: when the profile was made in milliseconds, whose it is. */
export const trainerCursor = defineCursor('training.trainers', z.tuple([cursorInstant, z.uuid()]));

type TrainerKeys = [createdAt: number, trainerId: string];

/** Trainers' profiles; reads are one statement each. */
export function createProfileStore(db: Database<PrismaClient>) {
  const { prisma } = db;
  return {
    /** Those found, in any order. */
    get(trainerIds: readonly string[], signal?: AbortSignal): Promise<TrainerProfile[]> {
      return db.query(GET_PROFILES, [trainerIds], signal);
    },

    /** Those who take clients and are good at all of these, the newest first. */
    async list(
      specialities: readonly TrainerSpeciality[],
      window: PageWindow<TrainerKeys>,
      signal?: AbortSignal,
    ): Promise<Page<TrainerProfile & { createdAt: Date }>> {
      const rows = await readWindow(db, TRAINERS, [specialities], window, signal);
      return pageOf(rows, window, trainerCursor, (row) => [row.createdAt.getTime(), row.trainerId]);
    },

    /**
     * Makes a profile, or changes the version that was read.
     * @throws CONFLICT where it is at another version
     */
    async save(
      { trainerId, ...content }: Omit<TrainerProfile, 'version'>,
      expectedVersion: number | null,
      now: Date,
    ): Promise<void> {
      const data = {
        ...content,
        qualifications: content.qualifications as unknown as Prisma.InputJsonArray,
        rates: content.rates as unknown as Prisma.InputJsonArray,
      };
      const { count } =
        expectedVersion === null
          ? await prisma.trainerProfile.createMany({
              data: [{ ...data, trainerId, createdAt: now }],
              skipDuplicates: true,
            })
          : await prisma.trainerProfile.updateMany({
              where: { trainerId, version: expectedVersion },
              data: { ...data, version: { increment: 1 } },
            });
      if (count === 0) {
        throw new DomainError(
          'CONFLICT',
          'The profile is at another version: read it, then change that. Without a profile, leave expectedVersion out.',
          { reason: 'VERSION_STALE' },
        );
      }
    },
  };
}

const COLUMNS = `
  trainer_id AS "trainerId", headline, about, qualifications, specialities::text[] AS specialities, rates,
  accepts_clients AS "acceptsClients", version`;

export const GET_PROFILES = sql<[trainerIds: readonly string[]], TrainerProfile>(
  `SELECT ${COLUMNS} FROM trainer_profiles WHERE trainer_id = ANY ($1::uuid[])`,
);

export const TRAINERS = paged<
  [specialities: readonly TrainerSpeciality[]],
  TrainerProfile & { createdAt: Date },
  TrainerKeys
>(
  {
    by: [
      ['created_at', 'timestamptz'],
      ['trainer_id', 'uuid'],
    ],
    order: 'DESC',
  },
  ({ behind, order, limit }) => `
    SELECT ${COLUMNS}, created_at AS "createdAt" FROM trainer_profiles
    WHERE accepts_clients AND specialities @> $1::speciality[] AND ${behind}
    ORDER BY ${order} LIMIT ${limit}`,
);
