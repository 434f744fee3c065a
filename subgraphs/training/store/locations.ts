import type { Prisma, PrismaClient } from '#gen/prisma/training/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import type { CreationKey } from '#platform/db/idempotency.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import type { GymOpeningHours, GymSpecialDay } from '../rules/hours.ts';
import { LOCK_GYM, staleVersion } from './gyms.ts';

/** What of a location is told by hand. */
export interface LocationContent {
  name: string;
  streetAddress: string | null;
  postalCode: string | null;
  city: string | null;
  country: string;
  timeZone: string;
  openingHours: GymOpeningHours[];
  specialDays: GymSpecialDay[];
}

export interface GymLocationView extends LocationContent {
  id: string;
  gymId: string;
  version: number;
}

/** The most places of one gym. */
export const maximumLocations = 50;

/** Where gyms are; reads are one statement each. */
export function createLocationStore({ db, newId }: StoreOptions<PrismaClient>) {
  return {
    /**
     * Adds a location, once for a key.
     * @returns its id
     */
    add(actorId: string, gymId: string, content: LocationContent, once: CreationKey): Promise<string> {
      const call = { viewerId: actorId, method: 'AddGymLocation', ...once };
      return db.idempotent(call, async ({ tx }) => {
        await executeIn(tx, LOCK_GYM, [gymId]);
        if ((await tx.gymLocation.count({ where: { gymId } })) >= maximumLocations) {
          throw new DomainError(
            'FAILED_PRECONDITION',
            `A gym has at most ${maximumLocations} locations: change one of them.`,
            { reason: 'LOCATION_LIMIT', parameters: { maximum: maximumLocations } },
          );
        }
        const id = newId();
        await tx.gymLocation.create({ data: { id, gymId, ...columnsOf(content) } });
        return id;
      });
    },

    /** Changes the version that was read. A location whose classes are on the schedule keeps its time zone. */
    update(id: string, content: LocationContent, expectedVersion: number): Promise<void> {
      return db.transaction(async ({ tx }) => {
        await executeIn(tx, LOCK_LOCATION, [id]);
        const present = await tx.gymLocation.findUnique({ where: { id } });
        if (present === null) throw notFound('location');
        if (present.version !== expectedVersion) throw staleVersion('location');
        const classes = await tx.gymClass.count({ where: { gymLocationId: id, endedAt: null } });
        if (present.timeZone !== content.timeZone && classes > 0) {
          const message = 'Classes are planned here by its present time zone: end them first.';
          throw new DomainError('FAILED_PRECONDITION', message, {
            reason: 'LOCATION_HAS_CLASSES',
            fields: [{ path: 'timeZone', message }],
          });
        }
        await tx.gymLocation.update({
          where: { id },
          data: { ...columnsOf(content), version: { increment: 1 } },
        });
      });
    },

    /** Those found, in any order. */
    get(ids: readonly string[], signal?: AbortSignal): Promise<GymLocationView[]> {
      return db.query(GET_LOCATIONS, [ids], signal);
    },

    /** All of these gyms, by name within each. */
    listOf(gymIds: readonly string[], signal?: AbortSignal): Promise<GymLocationView[]> {
      return db.query(LOCATIONS_OF_GYMS, [gymIds], signal);
    },
  };
}

function columnsOf({ openingHours, specialDays, ...content }: LocationContent) {
  return {
    ...content,
    openingHours: openingHours as unknown as Prisma.InputJsonArray,
    specialDays: specialDays as unknown as Prisma.InputJsonArray,
  };
}

const COLUMNS = `
  id, gym_id AS "gymId", name, street_address AS "streetAddress", postal_code AS "postalCode", city, country,
  time_zone AS "timeZone", opening_hours AS "openingHours", special_days AS "specialDays", version`;

export const GET_LOCATIONS = sql<[ids: readonly string[]], GymLocationView>(
  `SELECT ${COLUMNS} FROM locations WHERE id = ANY ($1::uuid[])`,
);

export const LOCATIONS_OF_GYMS = sql<[gymIds: readonly string[]], GymLocationView>(
  `SELECT ${COLUMNS} FROM locations WHERE gym_id = ANY ($1::uuid[]) ORDER BY gym_id, name, id`,
);

export const LOCK_LOCATION = sql<[id: string]>('SELECT FROM locations WHERE id = $1::uuid FOR UPDATE');
