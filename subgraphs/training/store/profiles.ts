import { z } from 'zod';
import type { Prisma, PrismaClient } from '#gen/prisma/training/client.ts';
import type { Database } from '#platform/db/database.ts';
import { DomainError } from '#platform/errors.ts';
import { cursorInstant, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf } from '#platform/service/paging.ts';
import type { TrainerProfile, TrainerSpeciality } from '../rules/profiles.ts';

/** Cursors of the list of trainers: when the profile was made in milliseconds, whose it is. */
export const trainerCursor = defineCursor('training.trainers', z.tuple([cursorInstant, z.uuid()]));

type TrainerKeys = [createdAt: number, trainerId: string];

/** Trainers' profiles; reads are one statement each. */
export function createProfileStore({ query, prisma }: Database<PrismaClient>) {
  return {
    /** Those found, in any order. */
    get(trainerIds: readonly string[], signal?: AbortSignal): Promise<TrainerProfile[]> {
      const sql = `SELECT ${COLUMNS} FROM trainer_profiles WHERE trainer_id = ANY ($1::uuid[])`;
      return query(sql, [trainerIds], signal);
    },

    /** Those who take clients and are good at all of these, the newest first. */
    async list(
      specialities: readonly TrainerSpeciality[],
      window: PageWindow<TrainerKeys>,
      signal?: AbortSignal,
    ): Promise<Page<TrainerProfile & { createdAt: Date }>> {
      const [comparison, order] = window.direction === 'forwards' ? ['<', 'DESC'] : ['>', 'ASC'];
      const [createdAt, trainerId] = window.from ?? [null, null];
      const rows = await query<TrainerProfile & { createdAt: Date }>(
        `SELECT ${COLUMNS}, created_at AS "createdAt" FROM trainer_profiles
         WHERE accepts_clients AND specialities @> $1::speciality[]
           AND ($2::timestamptz IS NULL OR (created_at, trainer_id) ${comparison} ($2, $3::uuid))
         ORDER BY created_at ${order}, trainer_id ${order} LIMIT $4`,
        [specialities, createdAt === null ? null : new Date(createdAt), trainerId, window.limit],
        signal,
      );
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
