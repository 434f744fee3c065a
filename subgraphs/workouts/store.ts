import { createAssignmentReads } from './store/assignment-reads.ts';
import { createAssignmentChanges } from './store/assignments.ts';
import { createCatalogueStore } from './store/catalogue.ts';
import { createExerciseStore } from './store/exercises.ts';
import { createMeasurementStore } from './store/measurements.ts';
import type { StoreOptions } from './store/options.ts';
import { createPersonStore } from './store/person.ts';
import { createPlanReads } from './store/plan-reads.ts';
import { createPlanChanges } from './store/plans.ts';
import { createProgressReads } from './store/progress.ts';
import { createSessionReads } from './store/session-reads.ts';
import { createSessionChanges } from './store/sessions.ts';
import { createSetChanges } from './store/sets.ts';
import { createTimeZoneStore } from './store/time-zones.ts';
import { createTutorialReads } from './store/tutorials.ts';

/** Everything that the domain keeps. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: StoreOptions) {
  const { db } = options;
  return {
    catalogue: createCatalogueStore(db),
    exercises: createExerciseStore(options),
    plans: { ...createPlanReads(db), ...createPlanChanges(options) },
    assignments: { ...createAssignmentReads(db), ...createAssignmentChanges(options) },
    sessions: { ...createSessionReads(db), ...createSessionChanges(options) },
    tutorials: createTutorialReads(db),
    sets: createSetChanges(options),
    progress: createProgressReads(db),
    measurements: createMeasurementStore(options),
    timeZones: createTimeZoneStore(db),
    person: createPersonStore(db),
  };
}
