import { BodyMeasurementKind } from '#gen/proto/fitme/workouts/v1/BodyMeasurementKind.ts';
import { BodyMeasurementUnit } from '#gen/proto/fitme/workouts/v1/BodyMeasurementUnit.ts';
import {
  ExerciseCategory,
  type ExerciseCategory__Output,
} from '#gen/proto/fitme/workouts/v1/ExerciseCategory.ts';
import {
  ExerciseEquipment,
  type ExerciseEquipment__Output,
} from '#gen/proto/fitme/workouts/v1/ExerciseEquipment.ts';
import { ExerciseMeasure } from '#gen/proto/fitme/workouts/v1/ExerciseMeasure.ts';
import { Muscle, type Muscle__Output } from '#gen/proto/fitme/workouts/v1/Muscle.ts';
import { OneRepMaxFormula } from '#gen/proto/fitme/workouts/v1/OneRepMaxFormula.ts';
import { PersonalRecordKind } from '#gen/proto/fitme/workouts/v1/PersonalRecordKind.ts';
import { WorkoutAssignmentState } from '#gen/proto/fitme/workouts/v1/WorkoutAssignmentState.ts';
import { WorkoutPlanVisibility } from '#gen/proto/fitme/workouts/v1/WorkoutPlanVisibility.ts';
import { WorkoutProgressionKind } from '#gen/proto/fitme/workouts/v1/WorkoutProgressionKind.ts';
import { WorkoutSessionState } from '#gen/proto/fitme/workouts/v1/WorkoutSessionState.ts';
import { WorkoutSetKind } from '#gen/proto/fitme/workouts/v1/WorkoutSetKind.ts';
import { type GraphName, mapEnum } from '#platform/graphql/enums.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const categories = mapEnum(ExerciseCategory, 'EXERCISE_CATEGORY_');
export const equipment = mapEnum(ExerciseEquipment, 'EXERCISE_EQUIPMENT_');
export const muscles = mapEnum(Muscle, 'MUSCLE_');
export const measures = mapEnum(ExerciseMeasure, 'EXERCISE_MEASURE_');
export const visibilities = mapEnum(WorkoutPlanVisibility, 'WORKOUT_PLAN_VISIBILITY_');
export const setKinds = mapEnum(WorkoutSetKind, 'WORKOUT_SET_KIND_');
export const progressionKinds = mapEnum(WorkoutProgressionKind, 'WORKOUT_PROGRESSION_KIND_');
export const assignmentStates = mapEnum(WorkoutAssignmentState, 'WORKOUT_ASSIGNMENT_STATE_');
export const sessionStates = mapEnum(WorkoutSessionState, 'WORKOUT_SESSION_STATE_');
export const recordKinds = mapEnum(PersonalRecordKind, 'PERSONAL_RECORD_KIND_');
export const formulas = mapEnum(OneRepMaxFormula, 'ONE_REP_MAX_FORMULA_');
export const measurementKinds = mapEnum(BodyMeasurementKind, 'BODY_MEASUREMENT_KIND_');
export const measurementUnits = mapEnum(BodyMeasurementUnit, 'BODY_MEASUREMENT_UNIT_');

export type CategoryName = GraphName<ExerciseCategory__Output, 'EXERCISE_CATEGORY_'>;
export type EquipmentName = GraphName<ExerciseEquipment__Output, 'EXERCISE_EQUIPMENT_'>;
export type MuscleName = GraphName<Muscle__Output, 'MUSCLE_'>;
