import { z } from 'zod';
import type { Attachment } from '#platform/attachments/attachment.ts';
import { cursorInstant } from '#platform/service/cursor.ts';
import { measurementsChanged } from '../events/events.ts';
import type { MeasurementKind } from '../rules/measurements.ts';
import { attachedSql, attachmentColumns } from './attached.ts';
import type { CreationKey, StoreOptions } from './options.ts';
import { type OwnedList, type OwnedPage, type PagesQuery, readPages } from './pages.ts';

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
export function createMeasurementStore({ db, now }: StoreOptions) {
  return {
    /** The id of a new measurement: the one that is given, or that of the first try with its key. */
    record(
      userId: string,
      values: Omit<MeasurementRow, 'userId' | 'measuredAt'> & { measuredAt: Date | null },
      key: CreationKey,
    ): Promise<string> {
      const call = { viewerId: userId, method: 'RecordBodyMeasurement', ...key };
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
      return db.query(`${MEASUREMENTS} WHERE m.id = ANY ($1::uuid[])`, [ids], signal);
    },

    list(
      { kind, ...query }: PagesQuery & { kind: MeasurementKind | null },
      signal: AbortSignal,
    ): Promise<OwnedPage<MeasurementRow>[]> {
      const where = kind === null ? [] : [{ sql: 't.kind = ?::measurement_kind', value: kind }];
      return readPages(db, measurementList, { ...query, where }, signal);
    },

    /** Those of these pictures that hang on measurements. */
    listAttached(attachments: readonly Attachment[], signal: AbortSignal): Promise<Attachment[]> {
      return db.query(attachedSql('measurements', 'photo_file_id'), attachmentColumns(attachments), signal);
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

const measurementList: OwnedList<MeasurementRow, [number, string]> = {
  name: 'measurements',
  rows: MEASUREMENTS,
  owner: 'userId',
  sort: [
    { column: 'measuredAt', type: 'timestamptz' },
    { column: 'id', type: 'uuid' },
  ],
  order: 'DESC',
  keys: z.tuple([cursorInstant, z.uuid()]),
  keysOf: ({ measuredAt, id }) => [measuredAt.getTime(), id],
};

const LATEST = `
  SELECT found.* FROM unnest($1::uuid[]) AS person (id)
    CROSS JOIN unnest(enum_range(NULL::measurement_kind)) AS kind (name)
    CROSS JOIN LATERAL (
      ${MEASUREMENTS} WHERE m.user_id = person.id AND m.kind = kind.name
      ORDER BY m.measured_at DESC, m.id DESC LIMIT 1
    ) found`;

const SECONDS_A_WEEK = 7 * 24 * 60 * 60;

const TRENDS = `
  SELECT user_id AS "userId", (array_agg(value ORDER BY measured_at, id))[1]::float8 AS "firstKg",
    (array_agg(value ORDER BY measured_at DESC, id DESC))[1]::float8 AS "lastKg",
    round(
      regr_slope(value::float8, extract(epoch FROM measured_at)::float8 / ${SECONDS_A_WEEK})::numeric, 3
    )::float8 AS "kgPerWeek",
    count(*)::int AS "measurementCount"
  FROM measurements
  WHERE user_id = ANY ($1::uuid[]) AND kind = 'BODY_WEIGHT' AND measured_at >= $2
  GROUP BY user_id`;
