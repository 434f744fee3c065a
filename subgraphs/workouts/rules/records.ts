import { estimateOneRepMax, type OneRepMaxFormula } from './one-rep-max.ts';
import { counts, type DoneSet, volumeKgOf } from './sets.ts';

/** In what somebody can be better than ever. */
export type RecordKind =
  | 'ESTIMATED_ONE_REP_MAX'
  | 'LOAD'
  | 'SESSION_VOLUME'
  | 'REPS'
  | 'DURATION'
  | 'DISTANCE';

/** The best of a session in one exercise. */
export interface Best {
  exerciseId: string;
  kind: RecordKind;
  /** kg, repetitions, s or m, as the kind says. */
  value: number;
  /** Of an estimate. */
  formula: OneRepMaxFormula | null;
}

/** A best that goes beyond what was the record. */
export interface NewRecord extends Best {
  /** Null where there was none. */
  previousValue: number | null;
}

/** The best of a session's sets, by exercise and kind; sets for warming up do not count. */
export function bestOf(sets: readonly DoneSet[]): Best[] {
  const byExercise = Map.groupBy(sets.filter(counts), ({ exerciseId }) => exerciseId);
  return [...byExercise].flatMap(([exerciseId, done]) =>
    bestOfExercise(done)
      .filter(({ value }) => value > 0)
      .map((best) => ({ exerciseId, ...best })),
  );
}

/** Those bests that go beyond the records there are. */
export function newRecords(
  bests: readonly Best[],
  present: readonly Pick<Best, 'exerciseId' | 'kind' | 'value'>[],
): NewRecord[] {
  const records = new Map(present.map((record) => [keyOf(record), record.value]));
  return bests
    .map((best) => ({ ...best, previousValue: records.get(keyOf(best)) ?? null }))
    .filter(({ value, previousValue }) => previousValue === null || value > previousValue);
}

function bestOfExercise(sets: readonly DoneSet[]): Omit<Best, 'exerciseId'>[] {
  const estimates = sets
    .map(({ reps, loadKg }) => estimateOneRepMax(reps ?? 0, loadKg ?? 0))
    .filter((estimate) => estimate !== null)
    .sort((one, other) => other.loadKg - one.loadKg);
  const plain = (kind: RecordKind, values: readonly (number | null)[]) => ({
    kind,
    value: Math.max(0, ...values.map((value) => value ?? 0)),
    formula: null,
  });
  const bodyweight = sets.filter(({ loadKg }) => !loadKg);
  return [
    {
      kind: 'ESTIMATED_ONE_REP_MAX',
      value: estimates[0]?.loadKg ?? 0,
      formula: estimates[0]?.formula ?? null,
    },
    plain(
      'LOAD',
      sets.map(({ loadKg }) => loadKg),
    ),
    plain('SESSION_VOLUME', [volumeKgOf(sets)]),
    plain(
      'REPS',
      bodyweight.map(({ reps }) => reps),
    ),
    plain(
      'DURATION',
      sets.filter(({ distanceM }) => distanceM === null).map(({ durationSeconds }) => durationSeconds),
    ),
    plain(
      'DISTANCE',
      sets.map(({ distanceM }) => distanceM),
    ),
  ];
}

function keyOf({ exerciseId, kind }: Pick<Best, 'exerciseId' | 'kind'>): string {
  return `${exerciseId} ${kind}`;
}
