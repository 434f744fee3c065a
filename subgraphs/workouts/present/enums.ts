import { AssignmentState } from '#gen/proto/fitme/workouts/v1/AssignmentState.ts';
import { Equipment, type Equipment__Output } from '#gen/proto/fitme/workouts/v1/Equipment.ts';
import {
  ExerciseCategory,
  type ExerciseCategory__Output,
} from '#gen/proto/fitme/workouts/v1/ExerciseCategory.ts';
import { ExerciseMeasure } from '#gen/proto/fitme/workouts/v1/ExerciseMeasure.ts';
import { MeasurementKind } from '#gen/proto/fitme/workouts/v1/MeasurementKind.ts';
import { MeasurementUnit } from '#gen/proto/fitme/workouts/v1/MeasurementUnit.ts';
import { Muscle, type Muscle__Output } from '#gen/proto/fitme/workouts/v1/Muscle.ts';
import { OneRepMaxFormula } from '#gen/proto/fitme/workouts/v1/OneRepMaxFormula.ts';
import { PlanVisibility } from '#gen/proto/fitme/workouts/v1/PlanVisibility.ts';
import { ProgressionKind } from '#gen/proto/fitme/workouts/v1/ProgressionKind.ts';
import { RecordKind } from '#gen/proto/fitme/workouts/v1/RecordKind.ts';
import { SessionState } from '#gen/proto/fitme/workouts/v1/SessionState.ts';
import { SetKind } from '#gen/proto/fitme/workouts/v1/SetKind.ts';
import { type GraphName, mapEnum } from '#platform/graphql/enums.ts';

/** Enums, between the contracts and the domain, which calls them what GraphQL does. */
export const categories = mapEnum(ExerciseCategory, 'EXERCISE_CATEGORY_');
export const equipment = mapEnum(Equipment, 'EQUIPMENT_');
export const muscles = mapEnum(Muscle, 'MUSCLE_');
export const measures = mapEnum(ExerciseMeasure, 'EXERCISE_MEASURE_');
export const visibilities = mapEnum(PlanVisibility, 'PLAN_VISIBILITY_');
export const setKinds = mapEnum(SetKind, 'SET_KIND_');
export const progressionKinds = mapEnum(ProgressionKind, 'PROGRESSION_KIND_');
export const assignmentStates = mapEnum(AssignmentState, 'ASSIGNMENT_STATE_');
export const sessionStates = mapEnum(SessionState, 'SESSION_STATE_');
export const recordKinds = mapEnum(RecordKind, 'RECORD_KIND_');
export const formulas = mapEnum(OneRepMaxFormula, 'ONE_REP_MAX_FORMULA_');
export const measurementKinds = mapEnum(MeasurementKind, 'MEASUREMENT_KIND_');
export const measurementUnits = mapEnum(MeasurementUnit, 'MEASUREMENT_UNIT_');

export type CategoryName = GraphName<ExerciseCategory__Output, 'EXERCISE_CATEGORY_'>;
export type EquipmentName = GraphName<Equipment__Output, 'EQUIPMENT_'>;
export type MuscleName = GraphName<Muscle__Output, 'MUSCLE_'>;
