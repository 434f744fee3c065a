import type { PlanContent__Output } from '#gen/proto/fitme/workouts/v1/PlanContent.ts';
import type { PlanExercise__Output } from '#gen/proto/fitme/workouts/v1/PlanExercise.ts';
import type { PlanSet__Output } from '#gen/proto/fitme/workouts/v1/PlanSet.ts';
import type { Progression__Output } from '#gen/proto/fitme/workouts/v1/Progression.ts';
import type { PlanContent, PlanExercise, PlanSet, Progression } from '../rules/plan-content.ts';
import { progressionKinds, setKinds } from './enums.ts';
import { given } from './given.ts';

/** What a plan holds, as the proto says it. */
export function contentOf({ weeks }: PlanContent): PlanContent__Output {
  return {
    weeks: weeks.map(({ days, deloadPercent }) => ({
      days: days.map(({ name, weekday, exercises }) => ({
        name,
        weekday: weekday ?? undefined,
        exercises: exercises.map(exerciseOf),
      })),
      deloadPercent: deloadPercent ?? undefined,
    })),
  };
}

/** What a request says that a plan holds; valid as requests are checked. */
export function readContent({ weeks }: PlanContent__Output): PlanContent {
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
export function plannedSetOf({ kind, ...values }: PlanSet): PlanSet__Output {
  return { kind: setKinds.valueOf(kind), ...given(values) };
}

function exerciseOf({ exerciseId, superset, sets, progression, note }: PlanExercise): PlanExercise__Output {
  return {
    exerciseId,
    superset: superset ?? undefined,
    sets: sets.map(plannedSetOf),
    progression: progression && progressionOf(progression),
    note: note ?? undefined,
  };
}

function progressionOf({ kind, ...values }: Progression): Progression__Output {
  return { ...values, kind: progressionKinds.valueOf(kind) };
}

function readExercise(exercise: PlanExercise__Output): PlanExercise {
  const { exerciseId, superset, sets, progression, note } = exercise;
  return {
    exerciseId,
    superset: superset ?? null,
    sets: sets.map(readSet),
    progression: progression && readProgression(progression),
    note: note || null,
  };
}

function readSet(set: PlanSet__Output): PlanSet {
  return {
    kind: setKinds.requiredNameOf(set.kind),
    repsMin: set.repsMin ?? null,
    repsMax: set.repsMax ?? null,
    loadKg: set.loadKg ?? null,
    oneRepMaxPercent: set.oneRepMaxPercent ?? null,
    rpe: set.rpe ?? null,
    durationS: set.durationS ?? null,
    distanceM: set.distanceM ?? null,
    restS: set.restS ?? null,
  };
}

/** Requests are checked to have what the rule takes. */
function readProgression(progression: Progression__Output): Progression {
  const { kind, incrementKg = 0, percent = 0, repsMin = 0, repsMax = 0 } = progression;
  const name = progressionKinds.requiredNameOf(kind);
  switch (name) {
    case 'LINEAR':
      return { kind: name, incrementKg };
    case 'PERCENTAGE':
      return { kind: name, percent };
    case 'DOUBLE':
      return { kind: name, incrementKg, repsMin, repsMax };
  }
}
