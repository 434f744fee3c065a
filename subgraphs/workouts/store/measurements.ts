import { z } from 'zod';
import type { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { Attachment } from '#platform/attachments/attachment.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { type OwnedList, type OwnedPage, ownedPages, readPages } from '#platform/db/paged.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { sql } from '#platform/sql/statement.ts';
import { measurementsChanged } from '../events/events.ts';
import type { MeasurementKind } from '../rules/measurements.ts';
import { attachedRows, attachmentColumns } from './attached.ts';
import { ownedCursor, type PagesQuery } from './pages.ts';

/** A measurement. */
export interface MeasurementRow {
  id: string;
  userId: string;
  kind: MeasurementKind;
  /** In the unit in which its kind is kept. */
  value: number;
  measuredAt: Date;
  note: string | null;
  photoFileId: string | null;
}

/** How somebody's body weight has moved. */
export interface WeightTrendRow {
  userId: string;
  firstKg: number;
  lastKg: number;
  /** Null where there is one weight alone. */
  kgPerWeek: number | null;
  measurementCount: number;
}

/** What people measure of their bodies, one statement a read; who may see it is asked before or after. */
export function createMeasurementStore({ db, now }: StoreOptions<PrismaClient>) {
  return {
    /** The id of a new measurement: the one that is given, or that of the first try with its key. */
    record(
      userId: string,
      values: Omit<MeasurementRow, 'userId' | 'measuredAt'> & { measuredAt: Date | null },
      creation: Creation,
    ): Promise<string> {
      const call = { viewerId: userId, method: 'RecordBodyMeasurement', ...creation };
      return db.idempotent(call, async ({ tx, append }) => {
        const { id } = values;
        const measuredAt = values.measuredAt ?? new Date(now());
        await tx.measurement.create({ data: { ...values, userId, measuredAt } });
        await append(measurementsChanged(userId, id));
        return id;
      });
    },

    delete(userId: string, id: string): Promise<void> {
      return db.transaction(async ({ tx, append }) => {
        const { count } = await tx.measurement.deleteMany({ where: { id, userId } });
        if (count > 0) await append(measurementsChanged(userId));
      });
    },

    get(ids: readonly string[], signal: AbortSignal): Promise<MeasurementRow[]> {
      return db.query(GET_MEASUREMENTS, [ids], signal);
    },

    list(
      { kind, ...query }: PagesQuery & { kind: MeasurementKind | null },
      signal: AbortSignal,
    ): Promise<OwnedPage<MeasurementRow>[]> {
      if (kind === null)
        return readPages(db, MEASUREMENT_LIST, { ...query, values: [] }, measurementCursor, signal);
      return readPages(db, MEASUREMENTS_OF_KIND, { ...query, values: [kind] }, measurementCursor, signal);
    },

    /** Those of these pictures that hang on measurements. */
    listAttached(attachments: readonly Attachment[], signal: AbortSignal): Promise<Attachment[]> {
      return db.query(PHOTOS, attachmentColumns(attachments), signal);
    },

    /** The newest of each kind. */
    latest(userIds: readonly string[], signal: AbortSignal): Promise<MeasurementRow[]> {
      return db.query(LATEST, [userIds], signal);
    },

    /** Of those who were weighed since then. */
    weightTrends(userIds: readonly string[], since: Date, signal: AbortSignal): Promise<WeightTrendRow[]> {
      return db.query(TRENDS, [userIds, since], signal);
    },
  };
}

const MEASUREMENTS = `
  SELECT m.id, m.user_id AS "userId", m.kind, m.value::float8 AS value, m.measured_at AS "measuredAt", m.note,
    m.photo_file_id AS "photoFileId"
  FROM measurements m`;

export const GET_MEASUREMENTS = sql<[ids: readonly string[]], MeasurementRow>(
  `${MEASUREMENTS} WHERE m.id = ANY ($1::uuid[])`,
);

export const PHOTOS = attachedRows('measurements', 'photo_file_id');

const measurementCursor = ownedCursor('measurements', z.tuple([cursorInstant, z.uuid()]));

const LIST: OwnedList<MeasurementRow, [number, string]> = {
  rows: MEASUREMENTS,
  owner: '"userId"',
  by: [
    ['"measuredAt"', 'timestamptz'],
    ['id', 'uuid'],
  ],
  order: 'DESC',
  keysOf: ({ measuredAt, id }) => [measuredAt.getTime(), id],
};

export const MEASUREMENT_LIST = ownedPages<[], MeasurementRow, [number, string]>(LIST);

export const MEASUREMENTS_OF_KIND = ownedPages<[kind: MeasurementKind], MeasurementRow, [number, string]>({
  ...LIST,
  where: 't.kind = $2',
});

export const LATEST = sql<[userIds: readonly string[]], MeasurementRow>(`
  SELECT found.* FROM unnest($1::uuid[]) AS person (id)
    CROSS JOIN unnest(enum_range(NULL::measurement_kind)) AS kind (name)
    CROSS JOIN LATERAL (
      ${MEASUREMENTS} WHERE m.user_id = person.id AND m.kind = kind.name
      ORDER BY m.measured_at DESC, m.id DESC LIMIT 1
    ) found`);

const SECONDS_A_WEEK = 7 * 24 * 60 * 60;

export const TRENDS = sql<[userIds: readonly string[], since: Date], WeightTrendRow>(`
  SELECT user_id AS "userId", (array_agg(value ORDER BY measured_at, id))[1]::float8 AS "firstKg",
    (array_agg(value ORDER BY measured_at DESC, id DESC))[1]::float8 AS "lastKg",
    round(
      regr_slope(value::float8, extract(epoch FROM measured_at)::float8 / ${SECONDS_A_WEEK})::numeric, 3
    )::float8 AS "kgPerWeek",
    count(*)::int AS "measurementCount"
  FROM measurements
  WHERE user_id = ANY ($1::uuid[]) AND kind = 'BODY_WEIGHT' AND measured_at >= $2
  GROUP BY user_id`);
