import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import type { FilesClient } from '#platform/attachments/attach-files.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { createAssignmentHandlers } from './assignments.ts';
import { createDays, type UsersClient } from './days.ts';
import { createExerciseHandlers, type VisibleExercises } from './exercises.ts';
import { createMeasurementHandlers } from './measurements.ts';
import { createPlanHandlers } from './plans.ts';
import { createProgressHandlers } from './progress.ts';
import { createSessionHandlers } from './sessions.ts';
import { createSetHandlers } from './sets.ts';
import { createVisiblePlans } from './visible-plans.ts';

export const exercisesService = serviceName<ExercisesServiceDefinition>('fitme.workouts.v1.ExercisesService');
export const plansService = serviceName<PlansServiceDefinition>('fitme.workouts.v1.PlansService');
export const assignmentsService = serviceName<AssignmentsServiceDefinition>(
  'fitme.workouts.v1.AssignmentsService',
);
export const sessionsService = serviceName<SessionsServiceDefinition>('fitme.workouts.v1.SessionsService');
export const progressService = serviceName<ProgressServiceDefinition>('fitme.workouts.v1.ProgressService');
export const measurementsService = serviceName<MeasurementsServiceDefinition>(
  'fitme.workouts.v1.MeasurementsService',
);

export interface ServiceParts {
  store: Store;
  access: Access;
  visibleExercises: VisibleExercises;
  users: UsersClient;
  files: FilesClient;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** What each of the domain's services does. */
export interface WorkoutHandlers {
  exercises: Handlers<ExercisesServiceDefinition>;
  plans: Handlers<PlansServiceDefinition>;
  assignments: Handlers<AssignmentsServiceDefinition>;
  sessions: Handlers<SessionsServiceDefinition>;
  progress: Handlers<ProgressServiceDefinition>;
  measurements: Handlers<MeasurementsServiceDefinition>;
}

/** The services: people train for themselves, and trainers see and plan what their clients let them. */
export function createHandlers(parts: ServiceParts): WorkoutHandlers {
  const { store, access, visibleExercises, users, files, now, newId } = parts;
  const days = createDays({ timeZones: store.timeZones, users, now });
  const visiblePlans = createVisiblePlans(store, access);
  return {
    exercises: createExerciseHandlers({ store, visibleExercises, files, newId }),
    plans: createPlanHandlers({ store, visibleExercises, visiblePlans, files, newId }),
    assignments: createAssignmentHandlers({ store, access, days, visiblePlans, now }),
    sessions: {
      ...createSessionHandlers({ store, access, days, now }),
      ...createSetHandlers({ store, visibleExercises, now }),
    },
    progress: createProgressHandlers({ store, access, days }),
    measurements: createMeasurementHandlers({ store, access, files, now, newId }),
  };
}
