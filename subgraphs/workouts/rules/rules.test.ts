import { describe, expect, it } from 'vitest';
import { measured } from './measurements.ts';
import { estimateOneRepMax } from './one-rep-max.ts';
import { faultsOfContent, type PlanContent, type PlanExercise, type PlanSet } from './plan-content.ts';
import { type History, prescribe } from './progression.ts';
import { bestOf, newRecords } from './records.ts';
import { scheduleOf } from './schedule.ts';
import { durationSeconds, runOn } from './sessions.ts';
import { type DoneSet, faultsOfSet, volumeKgOf } from './sets.ts';

const NO_VALUES = { reps: null, loadKg: null, rpe: null, durationSeconds: null, distanceM: null };

function done(reps: number, loadKg: number, kind: DoneSet['kind'] = 'WORKING'): DoneSet {
  return { ...NO_VALUES, exerciseId: 'squat', kind, reps, loadKg };
}

function plannedSet(values: Partial<PlanSet>): PlanSet {
  const none = { minReps: null, maxReps: null, loadKg: null, oneRepMaxPercent: null };
  return {
    kind: 'WORKING',
    ...none,
    rpe: null,
    durationSeconds: null,
    distanceM: null,
    restSeconds: null,
    ...values,
  };
}

function squat(change: Partial<PlanExercise> = {}): PlanExercise {
  const sets = [plannedSet({ minReps: 5, loadKg: 100 })];
  return { exerciseId: 'squat', superset: null, sets, progression: null, note: null, ...change };
}

/** As many weeks of one day as there are deload percentages. */
function plan(exercise: PlanExercise, deloads: (number | null)[] = [null]): PlanContent {
  const days = [{ name: 'Day', weekday: null, exercises: [exercise] }];
  return { weeks: deloads.map((deloadPercent) => ({ days, deloadPercent })) };
}

describe('a one-repetition maximum', () => {
  it.each([
    [1, 100, 100, 'NONE'],
    [2, 100, 102.857, 'BRZYCKI'],
    [5, 100, 112.5, 'BRZYCKI'],
    [10, 90, 120, 'BRZYCKI'],
    [11, 90, 123, 'EPLEY'],
    [12, 100, 140, 'EPLEY'],
  ] as const)('of %d x %d kg is %d kg (%s)', (reps, loadKg, expected, formula) => {
    expect(estimateOneRepMax(reps, loadKg)).toEqual({ loadKg: expected, formula });
  });

  it('is not estimated from many repetitions, or without load', () => {
    expect([estimateOneRepMax(13, 60), estimateOneRepMax(5, 0), estimateOneRepMax(0, 60)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('never falls with one repetition more', () => {
    const estimates = Array.from(
      { length: 12 },
      (_, index) => estimateOneRepMax(index + 1, 100)?.loadKg ?? 0,
    );
    expect(estimates).toEqual(estimates.toSorted((one, other) => one - other));
  });
});

describe('sets', () => {
  it('add up to the gram, without those for warming up', () => {
    expect(volumeKgOf([done(10, 20, 'WARM_UP'), done(3, 0.1), done(3, 0.2), done(5, 60, 'DROP')])).toBe(
      300.9,
    );
  });

  it.each([
    ['REPS_AND_LOAD', { reps: 5 }, ['loadKg']],
    ['REPS_AND_LOAD', { reps: 5, loadKg: 0 }, []],
    ['REPS_AND_LOAD', { reps: 5, loadKg: 5, durationSeconds: 5 }, ['durationSeconds']],
    ['REPS', { reps: 5, loadKg: 5 }, []],
    ['DURATION', {}, ['durationSeconds']],
    ['DISTANCE', {}, ['distanceM']],
    ['DISTANCE', { durationSeconds: 60 }, []],
    ['DISTANCE', { distanceM: 60, reps: 5 }, ['reps']],
  ] as const)('of %s with %o lack or exceed %o', (measure, values, paths) => {
    expect(faultsOfSet({ ...NO_VALUES, ...values }, measure).map(({ path }) => path)).toEqual(paths);
  });
});

describe('records', () => {
  it('are the best of a session by exercise and kind', () => {
    const bests = bestOf([done(20, 200, 'WARM_UP'), done(5, 100), done(1, 110), done(3, 90)]);
    expect(bests).toEqual([
      { exerciseId: 'squat', kind: 'ESTIMATED_ONE_REP_MAX', value: 112.5, formula: 'BRZYCKI' },
      { exerciseId: 'squat', kind: 'LOAD', value: 110, formula: null },
      { exerciseId: 'squat', kind: 'SESSION_VOLUME', value: 880, formula: null },
    ]);
  });

  it('are new where they go beyond what there was', () => {
    const present = [{ exerciseId: 'squat', kind: 'LOAD' as const, value: 110 }];
    const records = newRecords(bestOf([done(1, 110)]), present);
    expect(records.map(({ kind, previousValue }) => [kind, previousValue])).toEqual([
      ['ESTIMATED_ONE_REP_MAX', null],
      ['SESSION_VOLUME', null],
    ]);
    expect(newRecords(bestOf([done(1, 110.5)]), present)[1]).toMatchObject({
      kind: 'LOAD',
      previousValue: 110,
    });
  });
});

describe('a prescription', () => {
  const nothing: History = { performances: new Map(), oneRepMaxima: new Map() };
  const having = (...performances: [week: number, ...sets: DoneSet[]][]): History => ({
    ...nothing,
    performances: new Map([
      ['squat', performances.map(([week, ...sets]) => ({ weekNumber: week, dayNumber: 1, sets }))],
    ]),
  });
  const loads = (content: PlanContent, week: number, history: History) =>
    prescribe(content, { weekNumber: week, dayNumber: 1 }, history)?.[0]?.sets.map(({ loadKg }) => loadKg);

  it('is the plan where nothing was done', () => {
    expect(loads(plan(squat()), 1, nothing)).toEqual([100]);
    expect(prescribe(plan(squat()), { weekNumber: 2, dayNumber: 1 }, nothing)).toBeNull();
  });

  it('grows in a line by what was done, and stays where that was too little', () => {
    const linear = plan(squat({ progression: { kind: 'LINEAR', incrementKg: 2.5 } }), [null, null, null]);
    expect(loads(linear, 2, having([1, done(5, 100)]))).toEqual([102.5]);
    expect(loads(linear, 3, having([1, done(5, 100)], [2, done(4, 102.5)]))).toEqual([102.5]);
    expect(loads(linear, 3, having([1, done(5, 100)], [2, done(6, 105)]))).toEqual([107.5]);
  });

  it('moves a pyramid as a whole, but for its warm-up', () => {
    const sets = [
      plannedSet({ kind: 'WARM_UP', minReps: 10, loadKg: 20 }),
      plannedSet({ minReps: 5, loadKg: 80 }),
      plannedSet({ minReps: 5, loadKg: 100 }),
    ];
    const linear = plan(squat({ sets, progression: { kind: 'LINEAR', incrementKg: 5 } }), [null, null]);
    const history = having([1, done(10, 20, 'WARM_UP'), done(5, 80), done(5, 100)]);
    expect(loads(linear, 2, history)).toEqual([20, 85, 105]);
  });

  it('grows by percent with every week, compounding, to the half kilogram', () => {
    const content = plan(squat({ progression: { kind: 'PERCENTAGE', percent: 5 } }), [null, null, null]);
    expect([1, 2, 3].map((week) => loads(content, week, nothing)?.[0])).toEqual([100, 105, 110.5]);
  });

  it('grows first in repetitions, then in load', () => {
    const progression = { kind: 'DOUBLE', incrementKg: 5, minReps: 8, maxReps: 10 } as const;
    const content = plan(squat({ progression }), [null, null]);
    const next = (reps: number) => {
      const sets =
        prescribe(content, { weekNumber: 2, dayNumber: 1 }, having([1, done(reps, 100)]))?.[0]?.sets ?? [];
      return sets.map(({ set, loadKg }) => [set.minReps, set.maxReps, loadKg])[0];
    };
    expect(next(8)).toEqual([9, 10, 100]);
    expect(next(9)).toEqual([10, 10, 100]);
    expect(next(10)).toEqual([8, 10, 105]);
    expect(next(5)).toEqual([8, 10, 100]);
  });

  it('takes its part in a deload week, which does not hold up what comes after', () => {
    const linear = plan(squat({ progression: { kind: 'LINEAR', incrementKg: 2.5 } }), [null, 60, null]);
    expect(loads(linear, 2, having([1, done(5, 100)]))).toEqual([61.5]);
    expect(loads(linear, 3, having([1, done(5, 100)], [2, done(5, 61.5)]))).toEqual([102.5]);
  });

  it('takes a percentage of the estimated maximum where one is known', () => {
    const content = plan(squat({ sets: [plannedSet({ minReps: 3, oneRepMaxPercent: 85 })] }));
    expect(loads(content, 1, nothing)).toEqual([null]);
    expect(loads(content, 1, { ...nothing, oneRepMaxima: new Map([['squat', 141]]) })).toEqual([120]);
  });
});

describe('a schedule', () => {
  it('spreads days evenly, and puts named weekdays where they are', () => {
    const day = { name: 'Day', exercises: [squat()] };
    const spread = { days: [1, 2, 3].map(() => ({ ...day, weekday: null })), deloadPercent: null };
    const named = { days: [1, 3, 7].map((weekday) => ({ ...day, weekday })), deloadPercent: null };
    const offsets = (startWeekday: number) =>
      scheduleOf({ weeks: [spread, named] }, startWeekday).map(({ offset }) => offset);
    expect(offsets(1)).toEqual([0, 2, 4, 7, 9, 13]);
    // From a Wednesday on, Monday is the sixth day.
    expect(offsets(3)).toEqual([0, 2, 4, 12, 7, 11]);
  });
});

describe('what does not fit together in a plan', () => {
  const at = 'weeks.0.days.0.exercises';
  const pathsOf = (exercises: PlanExercise[]) => {
    const days = [{ name: 'Day', weekday: null, exercises }];
    return faultsOfContent({ weeks: [{ days, deloadPercent: null }] }).map(({ path }) => path);
  };

  it('is told with its path', () => {
    expect(pathsOf([squat({ sets: [plannedSet({})] })])).toEqual([`${at}.0.sets.0`]);
    expect(pathsOf([squat({ sets: [plannedSet({ minReps: 5, maxReps: 4 })] })])).toEqual([
      `${at}.0.sets.0.maxReps`,
    ]);
    const both = plannedSet({ minReps: 5, loadKg: 5, oneRepMaxPercent: 50 });
    expect(pathsOf([squat({ sets: [both] })])).toEqual([`${at}.0.sets.0.oneRepMaxPercent`]);
  });

  it('is a superset of one, or one with something in between', () => {
    expect(pathsOf([squat({ superset: 1 })])).toEqual([`${at}.0.superset`]);
    expect(pathsOf([squat({ superset: 1 }), squat(), squat({ superset: 1 })])).toEqual([`${at}.0.superset`]);
    expect(pathsOf([squat({ superset: 1 }), squat({ superset: 1 }), squat()])).toEqual([]);
  });

  it('is a weekday twice, or for some days alone', () => {
    const day = { name: 'Day', exercises: [squat()] };
    const faults = (weekdays: (number | null)[]) => {
      const days = weekdays.map((weekday) => ({ ...day, weekday }));
      return faultsOfContent({ weeks: [{ days, deloadPercent: null }] }).length;
    };
    expect([faults([1, 3]), faults([1, 1]), faults([1, null]), faults([null, null])]).toEqual([0, 1, 1, 0]);
  });

  it('is more sets than anybody does', () => {
    const sets = Array.from({ length: 20 }, () => plannedSet({ minReps: 5 }));
    const days = Array.from({ length: 7 }, () => ({
      name: 'Day',
      weekday: null,
      exercises: Array.from({ length: 30 }, () => squat({ sets })),
    }));
    const weeks = [1, 2].map(() => ({ days, deloadPercent: null }));
    expect(faultsOfContent({ weeks })).toMatchObject([{ path: 'weeks' }]);
  });
});

describe('the clock of a session', () => {
  const clock = { startedAt: 0, endedAt: null, pausedAt: null, pausedMs: 0 };

  it('leaves pauses out', () => {
    expect(durationSeconds(clock, 90_500)).toBe(90);
    expect(durationSeconds({ ...clock, pausedAt: 60_000 }, 90_000)).toBe(60);
    const resumed = { ...clock, ...runOn({ ...clock, pausedAt: 60_000 }, 80_000) };
    expect(durationSeconds(resumed, 90_000)).toBe(70);
    expect(durationSeconds({ ...resumed, endedAt: 100_000 }, 500_000)).toBe(80);
  });
});

describe('a measurement', () => {
  it('is kept in the unit of its kind', () => {
    expect(measured('BODY_WEIGHT', 82.5, 'KILOGRAM')).toEqual({ value: 82.5 });
    expect(measured('BODY_WEIGHT', 180, 'POUND')).toEqual({ value: 81.647 });
    expect(measured('WAIST', 32, 'INCH')).toEqual({ value: 81.28 });
  });

  it('takes units of its kind, and what bodies have', () => {
    expect(measured('BODY_WEIGHT', 80, 'CENTIMETRE')).toMatchObject({
      fault: { path: 'unit', message: expect.stringContaining('KILOGRAM or POUND') },
    });
    expect(measured('BODY_FAT', 20, 'KILOGRAM')).toMatchObject({ fault: { path: 'unit' } });
    for (const value of [-80, 0, 5_000, Number.NaN])
      expect(measured('BODY_WEIGHT', value, 'KILOGRAM')).toMatchObject({ fault: { path: 'value' } });
  });
});
