import { z } from 'zod';
import { BodyMeasurementKind } from '#gen/proto/fitme/workouts/v1/BodyMeasurementKind.ts';
import { BodyMeasurementUnit } from '#gen/proto/fitme/workouts/v1/BodyMeasurementUnit.ts';
import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import { id, idempotencyKey, ids, optionalText } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { instant, maximumPages, named, wholeBetween, windowOnEach } from './fields.ts';

/** What requests must hold beyond their proto types. */
export const measurementRequests: RequestSchemas<MeasurementsServiceDefinition> = {
  RecordBodyMeasurement: z.object({
    kind: named(BodyMeasurementKind, 'Name what was measured.'),
    value: z.number('takes a number'),
    unit: named(BodyMeasurementUnit, 'Name the unit: KILOGRAM, POUND, PERCENT, CENTIMETRE or INCH.'),
    measuredAt: instant,
    note: optionalText(500, 'A note').optional(),
    photoFileId: id.optional(),
    idempotencyKey,
  }),
  DeleteBodyMeasurement: z.object({ bodyMeasurementId: id }),
  BatchGetBodyMeasurements: z.object({ ids: ids(1_000) }),
  BatchListBodyMeasurements: windowOnEach('userIds').and(z.object({ kind: z.enum(BodyMeasurementKind) })),
  BatchGetLatestBodyMeasurements: z.object({ userIds: ids(maximumPages) }),
  BatchGetWeightTrends: z.object({ userIds: ids(maximumPages), days: wholeBetween(7, 365, 'days') }),
};
