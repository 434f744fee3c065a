import type { BodyMeasurement__Output } from '#gen/proto/fitme/workouts/v1/BodyMeasurement.ts';
import type { WeightTrend__Output } from '#gen/proto/fitme/workouts/v1/WeightTrend.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { unitOfKind } from '../../rules/measurements.ts';
import type { MeasurementRow, WeightTrendRow } from '../../store/measurements.ts';
import { measurementKinds, measurementUnits } from './enums.ts';

/** A measurement as the proto says it. */
export function measurementOf(row: MeasurementRow): BodyMeasurement__Output {
  const { id, userId, kind, value } = row;
  return {
    id,
    userId,
    value,
    kind: measurementKinds.valueOf(kind),
    unit: measurementUnits.valueOf(unitOfKind[kind]),
    measuredAt: timestampOf(row.measuredAt),
    note: row.note ?? undefined,
    photoFileId: row.photoFileId ?? undefined,
  };
}

/** How a body weight has moved, as the proto says it. */
export function weightTrendOf(row: WeightTrendRow): WeightTrend__Output {
  return { ...row, kgPerWeek: row.kgPerWeek ?? undefined };
}
