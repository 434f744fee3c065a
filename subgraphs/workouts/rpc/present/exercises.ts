import type { Exercise__Output } from '#gen/proto/fitme/workouts/v1/Exercise.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { ExerciseRow } from '../../store/exercises.ts';
import { categories, equipment, measures, muscles } from './enums.ts';

/** An exercise as the proto says it. */
export function exerciseOf(row: ExerciseRow): Exercise__Output {
  return {
    id: row.id,
    ownerId: row.ownerId ?? undefined,
    inCatalogue: row.inCatalogue,
    name: row.name,
    instructions: row.instructions ?? undefined,
    category: categories.valueOf(row.category),
    equipment: row.equipment.map(equipment.valueOf),
    primaryMuscles: row.primaryMuscles.map(muscles.valueOf),
    secondaryMuscles: row.secondaryMuscles.map(muscles.valueOf),
    measure: measures.valueOf(row.measure),
    videoUrl: row.videoUrl ?? undefined,
    videoFileId: row.videoFileId ?? undefined,
    archivedAt: timestampOf(row.archivedAt),
    version: row.version,
  };
}
