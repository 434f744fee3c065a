import type { Fault } from './fault.ts';
import type { SetKind } from './sets.ts';

/** What a plan holds. As JSON in the store. */
export interface PlanContent {
  weeks: PlanWeek[];
}

export interface PlanWeek {
  days: PlanDay[];
  /** What part of the load is prescribed in a deload week, percent; null in every other. */
  deloadPercent: number | null;
}

export interface PlanDay {
  name: string;
  /** 1 on Mondays to 7 on Sundays; null where the week's days are spread evenly. */
  weekday: number | null;
  exercises: PlanExercise[];
}

export interface PlanExercise {
  exerciseId: string;
  /** Exercises of a day with the same number are a superset. */
  superset: number | null;
  sets: PlanSet[];
  progression: Progression | null;
  note: string | null;
}

export interface PlanSet {
  kind: SetKind;
  minReps: number | null;
  maxReps: number | null;
  loadKg: number | null;
  oneRepMaxPercent: number | null;
  rpe: number | null;
  durationSeconds: number | null;
  distanceM: number | null;
  restSeconds: number | null;
}

/** How the load of an exercise grows. */
export type Progression =
  | { kind: 'LINEAR'; incrementKg: number }
  | { kind: 'PERCENTAGE'; percent: number }
  | { kind: 'DOUBLE'; incrementKg: number; minReps: number; maxReps: number };

/** The most sets that a plan holds. */
export const maximumPlannedSets = 5_000;

/** The different exercises of a plan. */
export function exerciseIdsOf(content: PlanContent): string[] {
  const exercises = content.weeks.flatMap(({ days }) => days).flatMap((day) => day.exercises);
  return [...new Set(exercises.map(({ exerciseId }) => exerciseId))];
}

/** What does not fit together in a plan whose values each are in their bounds; empty where nothing. */
export function faultsOfContent(content: PlanContent): Fault[] {
  const sets = content.weeks
    .flatMap(({ days }) => days)
    .flatMap(({ exercises }) => exercises)
    .reduce((sum, exercise) => sum + exercise.sets.length, 0);
  const tooMany = `A plan holds at most ${maximumPlannedSets.toLocaleString('en')} sets: this one has ${sets.toLocaleString('en')}.`;
  return [
    ...(sets > maximumPlannedSets ? [{ path: 'weeks', message: tooMany }] : []),
    ...content.weeks.flatMap((week, index) => faultsOfWeek(week, `weeks.${index}`)),
  ];
}

function faultsOfWeek({ days }: PlanWeek, path: string): Fault[] {
  const weekdays = days.map(({ weekday }) => weekday).filter((weekday) => weekday !== null);
  const faults: Fault[] = [];
  if (weekdays.length > 0 && weekdays.length < days.length) {
    const message = 'Name the weekday of all days of a week, or of none.';
    faults.push({ path: `${path}.days`, message });
  }
  if (new Set(weekdays).size < weekdays.length) {
    faults.push({ path: `${path}.days`, message: 'Each weekday takes one day of training.' });
  }
  return [...faults, ...days.flatMap((day, index) => faultsOfDay(day, `${path}.days.${index}`))];
}

function faultsOfDay({ exercises }: PlanDay, path: string): Fault[] {
  return [
    ...faultsOfSupersets(exercises, path),
    ...exercises.flatMap(({ sets }, exercise) =>
      sets.flatMap((set, index) => faultsOfSet(set, `${path}.exercises.${exercise}.sets.${index}`)),
    ),
  ];
}

function faultsOfSupersets(exercises: readonly PlanExercise[], path: string): Fault[] {
  const places = Map.groupBy(exercises.keys(), (index) => exercises[index]?.superset ?? null);
  return [...places].flatMap(([superset, indexes]) => {
    if (superset === null) return [];
    const at = `${path}.exercises.${indexes[0]}.superset`;
    if (indexes.length === 1) return [{ path: at, message: 'A superset takes two exercises or more.' }];
    const isTogether = (indexes.at(-1) ?? 0) - (indexes[0] ?? 0) === indexes.length - 1;
    return isTogether ? [] : [{ path: at, message: 'The exercises of a superset follow each other.' }];
  });
}

function faultsOfSet(set: PlanSet, path: string): Fault[] {
  const { minReps, maxReps, loadKg, oneRepMaxPercent, durationSeconds, distanceM } = set;
  const faults: Fault[] = [];
  if (minReps === null && durationSeconds === null && distanceM === null) {
    faults.push({ path, message: 'A set takes repetitions, a duration or a distance.' });
  }
  if (maxReps !== null && (minReps === null || maxReps < minReps)) {
    faults.push({ path: `${path}.maxReps`, message: 'takes minReps or more, beside minReps' });
  }
  if (loadKg !== null && oneRepMaxPercent !== null) {
    const message = 'Say the load in kg or in percent of the maximum, not both.';
    faults.push({ path: `${path}.oneRepMaxPercent`, message });
  }
  return faults;
}
