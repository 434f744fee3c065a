import type { Fault } from './fault.ts';

/** What a set is for. */
export type SetKind = 'WARM_UP' | 'WORKING' | 'DROP';

/** What is written down of an exercise's sets. */
export type Measure = 'REPS_AND_LOAD' | 'REPS' | 'DURATION' | 'DISTANCE';

/** What was done in a set. */
export interface SetValues {
  reps: number | null;
  loadKg: number | null;
  /** Rating of perceived exertion, 1 to 10. */
  rpe: number | null;
  durationSeconds: number | null;
  distanceM: number | null;
}

/** A set that was done. */
export interface DoneSet extends SetValues {
  exerciseId: string;
  kind: SetKind;
}

/** The most sets of one session. */
export const maximumSets = 300;

/** What a set lacks, or has that its exercise does not count; empty where nothing. */
export function faultsOfSet(values: SetValues, measure: Measure): Fault[] {
  const { needed, oneOf, allowed, saying } = FIELDS[measure];
  const has = (field: Counted) => values[field] !== null;
  const missing = needed.filter((field) => !has(field)).map((path) => fault(path, `${saying}: say it.`));
  const noneOf = oneOf.length > 0 && !oneOf.some(has) ? [fault(oneOf[0] ?? '', `${saying}: say one.`)] : [];
  const useless = COUNTED.filter((field) => has(field) && ![...needed, ...oneOf, ...allowed].includes(field));
  return [...missing, ...noneOf, ...useless.map((path) => fault(path, `${saying}: leave this out.`))];
}

/** Repetitions times load in kg of all sets but those for warming up; to the gram, so that sums are exact. */
export function volumeKgOf(sets: readonly DoneSet[]): number {
  const grams = sets
    .filter(counts)
    .map(({ reps, loadKg }) => (reps ?? 0) * Math.round((loadKg ?? 0) * 1_000));
  return grams.reduce((sum, each) => sum + each, 0) / 1_000;
}

/** Whether a set counts as volume and for records. */
export function counts({ kind }: Pick<DoneSet, 'kind'>): boolean {
  return kind !== 'WARM_UP';
}

type Counted = Exclude<keyof SetValues, 'rpe'>;

const COUNTED = ['reps', 'loadKg', 'durationSeconds', 'distanceM'] as const satisfies readonly Counted[];

interface Fields {
  needed: readonly Counted[];
  /** At least one of these. */
  oneOf: readonly Counted[];
  allowed: readonly Counted[];
  saying: string;
}

const FIELDS: Record<Measure, Fields> = {
  REPS_AND_LOAD: {
    needed: ['reps', 'loadKg'],
    oneOf: [],
    allowed: [],
    saying: 'This exercise counts repetitions and a load',
  },
  REPS: { needed: ['reps'], oneOf: [], allowed: ['loadKg'], saying: 'This exercise counts repetitions' },
  DURATION: {
    needed: ['durationSeconds'],
    oneOf: [],
    allowed: ['loadKg'],
    saying: 'This exercise counts a duration',
  },
  DISTANCE: {
    needed: [],
    oneOf: ['distanceM', 'durationSeconds'],
    allowed: ['loadKg'],
    saying: 'This exercise counts a distance or a duration',
  },
};

function fault(path: string, message: string): Fault {
  return { path, message };
}
