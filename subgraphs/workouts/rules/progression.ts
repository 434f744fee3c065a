import type { PlanContent, PlanExercise, PlanSet, Progression } from './plan-content.ts';
import type { DoneSet } from './sets.ts';

/** What was done of an exercise on a day of the plan. */
export interface Performance {
  weekNumber: number;
  dayNumber: number;
  sets: readonly Pick<DoneSet, 'kind' | 'reps' | 'loadKg'>[];
}

/** What somebody has done that loads depend on. */
export interface History {
  /** By exercise, the oldest first, of earlier days of the same assignment. */
  performances: ReadonlyMap<string, readonly Performance[]>;
  /** By exercise, in kg. */
  oneRepMaxima: ReadonlyMap<string, number>;
}

/** A set, with its load in kg where it has one. */
export interface PrescribedSet {
  set: PlanSet;
  loadKg: number | null;
}

export interface PrescribedExercise {
  exercise: PlanExercise;
  sets: PrescribedSet[];
}

/**
 * What a day of a plan asks for; null where the plan has no such day. Sets for warming up stay as they are planned; the
 * others grow by the exercise's progression, and a deload week takes its part of what comes out.
 */
export function prescribe(
  content: PlanContent,
  place: { weekNumber: number; dayNumber: number },
  history: History,
): PrescribedExercise[] | null {
  const week = content.weeks[place.weekNumber - 1];
  const day = week?.days[place.dayNumber - 1];
  if (week === undefined || day === undefined) return null;
  return day.exercises.map((exercise) => {
    const last = lastOf(content, exercise, history);
    const oneRepMax = history.oneRepMaxima.get(exercise.exerciseId) ?? null;
    const grown = grow(exercise, { weekNumber: place.weekNumber, last, oneRepMax });
    const deload = week.deloadPercent;
    const sets = grown.map(({ set, loadKg }) =>
      deload === null || set.kind === 'WARM_UP' || loadKg === null
        ? { set, loadKg }
        : { set, loadKg: toHalf((loadKg * deload) / 100) },
    );
    return { exercise, sets };
  });
}

/** The last performance that was no deload, beside what was planned for it. */
interface Last {
  planned: readonly PlanSet[];
  sets: Performance['sets'];
}

function lastOf(content: PlanContent, { exerciseId }: PlanExercise, history: History): Last | null {
  const earlier = history.performances.get(exerciseId) ?? [];
  const last = earlier.findLast(
    ({ weekNumber }) => (content.weeks[weekNumber - 1]?.deloadPercent ?? null) === null,
  );
  if (last === undefined) return null;
  const day = content.weeks[last.weekNumber - 1]?.days[last.dayNumber - 1];
  const planned = day?.exercises.find((exercise) => exercise.exerciseId === exerciseId)?.sets ?? [];
  return { planned: planned.filter(isWork), sets: last.sets.filter(isWork) };
}

interface Situation {
  weekNumber: number;
  last: Last | null;
  oneRepMax: number | null;
}

function grow({ sets, progression }: PlanExercise, situation: Situation): PrescribedSet[] {
  const planned = sets.map((set) => ({ set, loadKg: plannedLoad(set, situation.oneRepMax) }));
  if (progression?.kind === 'PERCENTAGE') {
    const factor = (1 + progression.percent / 100) ** (situation.weekNumber - 1);
    return planned.map(({ set, loadKg }) => ({
      set,
      loadKg: loadKg === null || !isWork(set) ? loadKg : toHalf(loadKg * factor),
    }));
  }
  return progression === null ? planned : growByDoing(planned, progression, situation.last);
}

/** All working sets move by as much as the heaviest one does, so that the plan's pyramid keeps its shape. */
function growByDoing(
  planned: readonly PrescribedSet[],
  progression: Extract<Progression, { kind: 'LINEAR' | 'DOUBLE' }>,
  last: Last | null,
): PrescribedSet[] {
  const isDouble = progression.kind === 'DOUBLE';
  const goal = isDouble ? progression.maxReps : null;
  const done = last !== null && isDone(last, goal);
  const top = Math.max(...planned.filter(({ set }) => isWork(set)).map(({ loadKg }) => loadKg ?? 0), 0);
  const lastTop = last === null ? top : Math.max(0, ...last.sets.map(({ loadKg }) => loadKg ?? 0));
  const step = lastTop - top + (done ? progression.incrementKg : 0);
  const reps = isDouble ? nextReps(progression, last, done) : null;
  return planned.map(({ set, loadKg }) => {
    if (!isWork(set)) return { set, loadKg };
    const target = reps === null ? set : { ...set, minReps: reps, maxReps: progressionMost(progression) };
    return { set: target, loadKg: loadKg === null ? null : Math.max(0, loadKg + step) };
  });
}

function nextReps(
  { minReps, maxReps }: Extract<Progression, { kind: 'DOUBLE' }>,
  last: Last | null,
  done: boolean,
): number {
  if (last === null || done || last.sets.length === 0) return minReps;
  const fewest = Math.min(...last.sets.map(({ reps }) => reps ?? 0));
  return Math.min(maxReps, Math.max(minReps, fewest + 1));
}

function progressionMost(progression: Progression): number | null {
  return progression.kind === 'DOUBLE' ? progression.maxReps : null;
}

/** Whether each set that was planned was done with its repetitions, or with `goal` of them. */
function isDone({ planned, sets }: Last, goal: number | null): boolean {
  return (
    planned.length > 0 &&
    planned.every(({ minReps }, index) => (sets[index]?.reps ?? 0) >= (goal ?? minReps ?? 0))
  );
}

function plannedLoad({ loadKg, oneRepMaxPercent }: PlanSet, oneRepMax: number | null): number | null {
  if (oneRepMaxPercent === null) return loadKg;
  return oneRepMax === null ? null : toHalf((oneRepMax * oneRepMaxPercent) / 100);
}

function isWork({ kind }: { kind: PlanSet['kind'] }): boolean {
  return kind !== 'WARM_UP';
}

/** The least step of common plates, in kg. */
function toHalf(kg: number): number {
  return Math.round(kg * 2) / 2;
}
