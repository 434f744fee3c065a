import { createAssignmentReads } from './assignment-reads.ts';
import { createAssignmentChanges } from './assignments.ts';
import { createCatalogueStore } from './catalogue.ts';
import { createExerciseStore } from './exercises.ts';
import { createMeasurementStore } from './measurements.ts';
import type { StoreOptions } from './options.ts';
import { createPersonStore } from './person.ts';
import { createPlanReads } from './plan-reads.ts';
import { createPlanChanges } from './plans.ts';
import { createProgressReads } from './progress.ts';
import { createSessionReads } from './session-reads.ts';
import { createSessionChanges } from './sessions.ts';
import { createSetChanges } from './sets.ts';
import { createTimeZoneStore } from './time-zones.ts';
import { createTutorialReads } from './tutorials.ts';

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
