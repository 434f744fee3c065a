import { z } from 'zod';
import { MeasurementKind } from '#gen/proto/fitme/workouts/v1/MeasurementKind.ts';
import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import { MeasurementUnit } from '#gen/proto/fitme/workouts/v1/MeasurementUnit.ts';
import { id, idempotencyKey, ids, optionalText } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { instant, maximumPages, named, wholeBetween, windowOnEach } from './fields.ts';

/** What requests must hold beyond their proto types. */
export const measurementRequests: RequestSchemas<MeasurementsServiceDefinition> = {
  RecordMeasurement: z.object({
    kind: named(MeasurementKind, 'Name what was measured.'),
    value: z.number('takes a number'),
    unit: named(MeasurementUnit, 'Name the unit: KILOGRAM, POUND, PERCENT, CENTIMETRE or INCH.'),
    measuredAt: instant,
    note: optionalText(500, 'A note').optional(),
    photoFileId: id.optional(),
    idempotencyKey,
  }),
  DeleteMeasurement: z.object({ measurementId: id }),
  BatchGetMeasurements: z.object({ ids: ids(1_000) }),
  BatchListMeasurements: windowOnEach('userIds').and(z.object({ kind: z.enum(MeasurementKind) })),
  BatchGetLatestMeasurements: z.object({ userIds: ids(maximumPages) }),
  BatchGetWeightTrends: z.object({ userIds: ids(maximumPages), days: wholeBetween(7, 365, 'days') }),
};
