import type { WorkoutPlanExercise__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanExercise.ts';
import type { WorkoutPlanSet__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanSet.ts';
import type { WorkoutPlanWeek__Output } from '#gen/proto/fitme/workouts/v1/WorkoutPlanWeek.ts';
import type { WorkoutProgression__Output } from '#gen/proto/fitme/workouts/v1/WorkoutProgression.ts';
import type { PlanContent, PlanExercise, PlanSet, Progression } from '../../rules/plan-content.ts';
import { progressionKinds, setKinds } from './enums.ts';
import { given } from './given.ts';

/** What a plan holds, as the proto says it. */
export function weeksOf({ weeks }: PlanContent): WorkoutPlanWeek__Output[] {
  return weeks.map(({ days, deloadPercent }) => ({
    days: days.map(({ name, weekday, exercises }) => ({
      name,
      weekday: weekday ?? undefined,
      exercises: exercises.map(exerciseOf),
    })),
    deloadPercent: deloadPercent ?? undefined,
  }));
}

/** What a request says that a plan holds; valid as requests are checked. */
export function readContent(weeks: readonly WorkoutPlanWeek__Output[]): PlanContent {
  return {
    weeks: weeks.map(({ days, deloadPercent }) => ({
      days: days.map(({ name, weekday, exercises }) => ({
        name,
        weekday: weekday ?? null,
        exercises: exercises.map(readExercise),
      })),
      deloadPercent: deloadPercent ?? null,
    })),
  };
}

/** A planned set as the proto says it. */
export function plannedSetOf({ kind, ...values }: PlanSet): WorkoutPlanSet__Output {
  return { kind: setKinds.valueOf(kind), ...given(values) };
}

function exerciseOf({
  exerciseId,
  superset,
  sets,
  progression,
  note,
}: PlanExercise): WorkoutPlanExercise__Output {
  return {
    exerciseId,
    superset: superset ?? undefined,
    sets: sets.map(plannedSetOf),
    progression: progression && progressionOf(progression),
    note: note ?? undefined,
  };
}

function progressionOf({ kind, ...values }: Progression): WorkoutProgression__Output {
  return { ...values, kind: progressionKinds.valueOf(kind) };
}

function readExercise(exercise: WorkoutPlanExercise__Output): PlanExercise {
  const { exerciseId, superset, sets, progression, note } = exercise;
  return {
    exerciseId,
    superset: superset ?? null,
    sets: sets.map(readSet),
    progression: progression && readProgression(progression),
    note: note || null,
  };
}

function readSet(set: WorkoutPlanSet__Output): PlanSet {
  return {
    kind: setKinds.requiredNameOf(set.kind),
    minReps: set.minReps ?? null,
    maxReps: set.maxReps ?? null,
    loadKg: set.loadKg ?? null,
    oneRepMaxPercent: set.oneRepMaxPercent ?? null,
    rpe: set.rpe ?? null,
    durationSeconds: set.durationSeconds ?? null,
    distanceM: set.distanceM ?? null,
    restSeconds: set.restSeconds ?? null,
  };
}

/** Requests are checked to have what the rule takes. */
function readProgression(progression: WorkoutProgression__Output): Progression {
  const { kind, incrementKg = 0, percent = 0, minReps = 0, maxReps = 0 } = progression;
  const name = progressionKinds.requiredNameOf(kind);
  switch (name) {
    case 'LINEAR':
      return { kind: name, incrementKg };
    case 'PERCENTAGE':
      return { kind: name, percent };
    case 'DOUBLE':
      return { kind: name, incrementKg, minReps, maxReps };
  }
}
