import type { Assignment__Output } from '#gen/proto/fitme/workouts/v1/Assignment.ts';
import type { Exercise__Output } from '#gen/proto/fitme/workouts/v1/Exercise.ts';
import type { Measurement__Output } from '#gen/proto/fitme/workouts/v1/Measurement.ts';
import type { Plan__Output } from '#gen/proto/fitme/workouts/v1/Plan.ts';
import type { PlanDay__Output } from '#gen/proto/fitme/workouts/v1/PlanDay.ts';
import type { PlanExercise__Output } from '#gen/proto/fitme/workouts/v1/PlanExercise.ts';
import type { PlannedDay__Output } from '#gen/proto/fitme/workouts/v1/PlannedDay.ts';
import type { PlanSet__Output } from '#gen/proto/fitme/workouts/v1/PlanSet.ts';
import type { PlanVersion__Output } from '#gen/proto/fitme/workouts/v1/PlanVersion.ts';
import type { PlanWeek__Output } from '#gen/proto/fitme/workouts/v1/PlanWeek.ts';
import type { PrescribeDayResponse__Output } from '#gen/proto/fitme/workouts/v1/PrescribeDayResponse.ts';
import type { PrescribedExercise__Output } from '#gen/proto/fitme/workouts/v1/PrescribedExercise.ts';
import type { PrescribedSet__Output } from '#gen/proto/fitme/workouts/v1/PrescribedSet.ts';
import type { Progression__Output } from '#gen/proto/fitme/workouts/v1/Progression.ts';
import type { Record__Output } from '#gen/proto/fitme/workouts/v1/Record.ts';
import type { TrainingWeek__Output } from '#gen/proto/fitme/workouts/v1/TrainingWeek.ts';
import type { WeightTrend__Output } from '#gen/proto/fitme/workouts/v1/WeightTrend.ts';
import type { WorkoutSession__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSession.ts';
import type { WorkoutSet__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSet.ts';
import type { ViewerEntity } from '#platform/graphql/viewer.ts';

/** What resolvers get as their parent: the service's own messages, and bare ids for what other domains own. */
export type ExerciseModel = Exercise__Output;
export type WorkoutPlanModel = Plan__Output;
export type WorkoutPlanVersionModel = PlanVersion__Output;
export type WorkoutPlanWeekModel = PlanWeek__Output;
export type WorkoutPlanDayModel = PlanDay__Output;
export type WorkoutPlanExerciseModel = PlanExercise__Output;
export type WorkoutPlanSetModel = PlanSet__Output;
export type WorkoutProgressionModel = Progression__Output;
export type WorkoutAssignmentModel = Assignment__Output;
export type PlannedWorkoutDayModel = PlannedDay__Output;
export type PrescribedWorkoutModel = PrescribeDayResponse__Output;
export type PrescribedExerciseModel = PrescribedExercise__Output;
export type PrescribedSetModel = PrescribedSet__Output;
export type WorkoutSessionModel = WorkoutSession__Output;
export type WorkoutSetModel = WorkoutSet__Output;
export type PersonalRecordModel = Record__Output;
export type WorkoutWeekModel = TrainingWeek__Output;
export type BodyMeasurementModel = Measurement__Output;
export type WeightTrendModel = WeightTrend__Output;

export type ViewerModel = ViewerEntity;

export interface UserModel {
  id: string;
}

export interface FileModel {
  id: string;
}
