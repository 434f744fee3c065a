import type { BodyMeasurement__Output } from '#gen/proto/fitme/workouts/v1/BodyMeasurement.ts';
import type { Exercise__Output } from '#gen/proto/fitme/workouts/v1/Exercise.ts';
import type { PersonalRecord__Output } from '#gen/proto/fitme/workouts/v1/PersonalRecord.ts';
import type { PlannedWorkoutDay__Output } from '#gen/proto/fitme/workouts/v1/PlannedWorkoutDay.ts';
import type { PrescribedWorkout__Output } from '#gen/proto/fitme/workouts/v1/PrescribedWorkout.ts';
import type { PrescribedWorkoutExercise__Output } from '#gen/proto/fitme/workouts/v1/PrescribedWorkoutExercise.ts';
import type { PrescribedWorkoutSet__Output } from '#gen/proto/fitme/workouts/v1/PrescribedWorkoutSet.ts';
import type { WeightTrend__Output } from '#gen/proto/fitme/workouts/v1/WeightTrend.ts';
import type { WorkoutAssignment__Output } from '#gen/proto/fitme/workouts/v1/WorkoutAssignment.ts';
import type { WorkoutPlan__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlan.ts';
import type { WorkoutPlanDay__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanDay.ts';
import type { WorkoutPlanExercise__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanExercise.ts';
import type { WorkoutPlanSet__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanSet.ts';
import type { WorkoutPlanVersion__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanVersion.ts';
import type { WorkoutPlanWeek__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanWeek.ts';
import type { WorkoutProgression__Output } from '#gen/proto/fitme/workouts/v1/WorkoutProgression.ts';
import type { WorkoutSession__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSession.ts';
import type { WorkoutSet__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSet.ts';
import type { WorkoutWeek__Output } from '#gen/proto/fitme/workouts/v1/WorkoutWeek.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type ExerciseModel = Exercise__Output;
export type WorkoutPlanModel = WorkoutPlan__Output;
export type WorkoutPlanVersionModel = WorkoutPlanVersion__Output;
export type WorkoutPlanWeekModel = WorkoutPlanWeek__Output;
export type WorkoutPlanDayModel = WorkoutPlanDay__Output;
export type WorkoutPlanExerciseModel = WorkoutPlanExercise__Output;
export type WorkoutPlanSetModel = WorkoutPlanSet__Output;
export type WorkoutProgressionModel = WorkoutProgression__Output;
export type WorkoutAssignmentModel = WorkoutAssignment__Output;
export type PlannedWorkoutDayModel = PlannedWorkoutDay__Output;
export type PrescribedWorkoutModel = PrescribedWorkout__Output;
export type PrescribedWorkoutExerciseModel = PrescribedWorkoutExercise__Output;
export type PrescribedWorkoutSetModel = PrescribedWorkoutSet__Output;
export type WorkoutSessionModel = WorkoutSession__Output;
export type WorkoutSetModel = WorkoutSet__Output;
export type PersonalRecordModel = PersonalRecord__Output;
export type WorkoutWeekModel = WorkoutWeek__Output;
export type BodyMeasurementModel = BodyMeasurement__Output;
export type WeightTrendModel = WeightTrend__Output;

export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}

export interface FileModel {
  id: string;
}
