import type { WorkoutPlanExerciseInput, WorkoutPlanWeekInput } from '#gen/graphql/workouts.ts';
import type { PlanContent } from '#gen/proto/fitme/workouts/v1/PlanContent.ts';
import type { PlanExercise } from '#gen/proto/fitme/workouts/v1/PlanExercise.ts';
import type { Timestamp__Output } from '#gen/proto/google/protobuf/Timestamp.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { progressionKinds, setKinds } from '../present/enums.ts';

/** The fields of an input that say something, for a proto message with optional fields. */
export function said<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as never;
}

/** An instant, where one is said. */
export function instantIn(date: Date | null | undefined): Timestamp__Output | null {
  return timestampOf(date ?? null);
}

/** What a plan holds, as the service takes it. */
export function contentIn(weeks: readonly WorkoutPlanWeekInput[]): PlanContent {
  return {
    weeks: weeks.map(({ days, deloadPercent }) => ({
      deloadPercent: deloadPercent ?? 0,
      days: days.map(({ name, weekday, exercises }) => ({
        name,
        weekday: weekday ?? 0,
        exercises: exercises.map(exerciseIn),
      })),
    })),
  };
}

function exerciseIn({
  exerciseId,
  superset,
  sets,
  progression,
  note,
}: WorkoutPlanExerciseInput): PlanExercise {
  return {
    exerciseId,
    superset: superset ?? 0,
    sets: sets.map(({ kind, ...values }) => ({ kind: setKinds.valueOf(kind), ...said(values) })),
    progression: progression
      ? { ...said(progression), kind: progressionKinds.valueOf(progression.kind) }
      : null,
    note: note ?? '',
  };
}
