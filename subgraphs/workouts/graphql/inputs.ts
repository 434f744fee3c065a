import type { WorkoutPlanExerciseInput, WorkoutPlanWeekInput } from '#gen/graphql/workouts.ts';
import type { WorkoutPlanExercise } from '#gen/proto/fitme/workouts/v1/WorkoutPlanExercise.ts';
import type { WorkoutPlanWeek } from '#gen/proto/fitme/workouts/v1/WorkoutPlanWeek.ts';
import type { Timestamp__Output } from '#gen/proto/google/protobuf/Timestamp.ts';
import type { WithNulls } from '#platform/grpc/contract.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { progressionKinds, setKinds } from '../rpc/present/enums.ts';

/** An instant, where one is said. */
export function instantIn(date: Date | null | undefined): Timestamp__Output | null {
  return timestampOf(date ?? null);
}

/** What a plan holds, as the service takes it. */
export function weeksIn(weeks: readonly WorkoutPlanWeekInput[]): WithNulls<WorkoutPlanWeek>[] {
  return weeks.map(({ days, ...week }) => ({
    ...week,
    days: days.map(({ exercises, ...day }) => ({ ...day, exercises: exercises.map(exerciseIn) })),
  }));
}

function exerciseIn({
  sets,
  progression,
  ...same
}: WorkoutPlanExerciseInput): WithNulls<WorkoutPlanExercise> {
  return {
    ...same,
    sets: sets.map((set) => ({ ...set, kind: setKinds.valueOf(set.kind) })),
    progression: progression && { ...progression, kind: progressionKinds.valueOf(progression.kind) },
  };
}
