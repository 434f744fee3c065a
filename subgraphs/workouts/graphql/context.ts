import type DataLoader from 'dataloader';
import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import type { BodyMeasurementKind } from '#gen/proto/fitme/workouts/v1/BodyMeasurementKind.ts';
import type { BodyMeasurementPage__Output } from '#gen/proto/fitme/workouts/v1/BodyMeasurementPage.ts';
import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import type { PersonalRecordPage__Output } from '#gen/proto/fitme/workouts/v1/PersonalRecordPage.ts';
import type { PlannedWorkoutDayPage__Output } from '#gen/proto/fitme/workouts/v1/PlannedWorkoutDayPage.ts';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import type { WorkoutAssignmentPage__Output } from '#gen/proto/fitme/workouts/v1/WorkoutAssignmentPage.ts';
import type { WorkoutSessionPage__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSessionPage.ts';
import type { WorkoutSessionState } from '#gen/proto/fitme/workouts/v1/WorkoutSessionState.ts';
import type { WorkoutSetPage__Output } from '#gen/proto/fitme/workouts/v1/WorkoutSetPage.ts';
import type { IncomingCall } from '#platform/call.ts';
import {
  createLoader,
  createLoaders,
  createPageLoaders,
  inBatches,
  type PageLoaders,
} from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import { maximumPrescriptions } from '../requests/assignments.ts';
import { maximumPages } from '../requests/fields.ts';
import { maximumVersions } from '../requests/plans.ts';
import type {
  BodyMeasurementModel,
  ExerciseModel,
  PersonalRecordModel,
  PrescribedWorkoutModel,
  WeightTrendModel,
  WorkoutAssignmentModel,
  WorkoutPlanModel,
  WorkoutPlanVersionModel,
  WorkoutSessionModel,
  WorkoutWeekModel,
} from './models.ts';

/** The domain's services. */
export interface Services {
  exercises: Service<ExercisesServiceDefinition>;
  plans: Service<PlansServiceDefinition>;
  assignments: Service<AssignmentsServiceDefinition>;
  sessions: Service<SessionsServiceDefinition>;
  progress: Service<ProgressServiceDefinition>;
  measurements: Service<MeasurementsServiceDefinition>;
}

/** What resolvers work with during one request. */
export interface Context extends Loaders {
  viewer: Viewer | null;
  exercises: LocalClient<ExercisesServiceDefinition>;
  plans: LocalClient<PlansServiceDefinition>;
  assignments: LocalClient<AssignmentsServiceDefinition>;
  sessions: LocalClient<SessionsServiceDefinition>;
  progress: LocalClient<ProgressServiceDefinition>;
  measurements: LocalClient<MeasurementsServiceDefinition>;
}

/** Which day of a plan. */
interface PlaceInPlan {
  weekNumber: number;
  dayNumber: number;
}

type Clients = Omit<Context, keyof Loaders | 'viewer'>;

/** Many fields of many objects as one call each. */
interface Loaders {
  exerciseById: DataLoader<string, ExerciseModel | null>;
  planById: DataLoader<string, WorkoutPlanModel | null>;
  planVersionById: DataLoader<string, WorkoutPlanVersionModel | null>;
  assignmentById: DataLoader<string, WorkoutAssignmentModel | null>;
  sessionById: DataLoader<string, WorkoutSessionModel | null>;
  recordById: DataLoader<string, PersonalRecordModel | null>;
  measurementById: DataLoader<string, BodyMeasurementModel | null>;
  /** By person. */
  assignmentsOf: PageLoaders<WorkoutAssignmentPage__Output, { activeOnly: boolean }>;
  sessionsOf: PageLoaders<WorkoutSessionPage__Output, { states: WorkoutSessionState[] }>;
  recordsOf: PageLoaders<PersonalRecordPage__Output, { exerciseId?: string; currentOnly: boolean }>;
  measurementsOf: PageLoaders<BodyMeasurementPage__Output, { kind: BodyMeasurementKind }>;
  weeksOf(first: number): DataLoader<string, WorkoutWeekModel[] | null>;
  weightTrendOf(days: number): DataLoader<string, WeightTrendModel | null>;
  latestBodyMeasurementsOf: DataLoader<string, BodyMeasurementModel[] | null>;
  /** By assignment. */
  daysOf: PageLoaders<PlannedWorkoutDayPage__Output, { pendingOnly: boolean }>;
  prescriptionOf(day: PlaceInPlan): DataLoader<string, PrescribedWorkoutModel | null>;
  /** By session. */
  setsOf: PageLoaders<WorkoutSetPage__Output>;
}

export function createContext(services: Services, call: IncomingCall, viewer: Viewer | null): Context {
  const clients: Clients = {
    exercises: services.exercises.local(call),
    plans: services.plans.local(call),
    assignments: services.assignments.local(call),
    sessions: services.sessions.local(call),
    progress: services.progress.local(call),
    measurements: services.measurements.local(call),
  };
  return { viewer, ...clients, ...entityLoaders(clients), ...listLoaders(clients) };
}

function entityLoaders({ exercises, plans, assignments, sessions, progress, measurements }: Clients) {
  const byId = <Row extends { id: string }>(read: (ids: string[]) => Promise<Row[]>) =>
    createLoader<Row>(async (ids) => (await read(ids)).map((row) => [row.id, row]));
  return {
    exerciseById: byId(async (ids) => (await exercises.batchGetExercises({ ids })).exercises),
    planById: byId(async (ids) => (await plans.batchGetWorkoutPlans({ ids })).workoutPlans),
    planVersionById: createLoader(
      inBatches(maximumVersions, async (ids) => {
        const { workoutPlanVersions } = await plans.batchGetWorkoutPlanVersions({ ids });
        return workoutPlanVersions.map((version) => [version.id, version]);
      }),
    ),
    assignmentById: byId(
      async (ids) => (await assignments.batchGetWorkoutAssignments({ ids })).workoutAssignments,
    ),
    sessionById: byId(async (ids) => (await sessions.batchGetWorkoutSessions({ ids })).workoutSessions),
    recordById: byId(async (ids) => (await progress.batchGetPersonalRecords({ ids })).personalRecords),
    measurementById: byId(
      async (ids) => (await measurements.batchGetBodyMeasurements({ ids })).bodyMeasurements,
    ),
  };
}

function listLoaders({ assignments, sessions, progress, measurements }: Clients) {
  return {
    assignmentsOf: createPageLoaders('userId', (userIds, page, filter: { activeOnly: boolean }) =>
      assignments.batchListWorkoutAssignments({ userIds, ...filter, page }),
    ),
    sessionsOf: createPageLoaders('userId', (userIds, page, filter: { states: WorkoutSessionState[] }) =>
      sessions.batchListWorkoutSessions({ userIds, ...filter, page }),
    ),
    recordsOf: createPageLoaders(
      'userId',
      (userIds, page, filter: { exerciseId?: string; currentOnly: boolean }) =>
        progress.batchListPersonalRecords({ userIds, ...filter, page }),
    ),
    measurementsOf: createPageLoaders('userId', (userIds, page, filter: { kind: BodyMeasurementKind }) =>
      measurements.batchListBodyMeasurements({ userIds, ...filter, page }),
    ),
    daysOf: createPageLoaders(
      'workoutAssignmentId',
      (workoutAssignmentIds, page, filter: { pendingOnly: boolean }) =>
        assignments.batchListPlannedWorkoutDays({ workoutAssignmentIds, ...filter, page }),
    ),
    prescriptionOf: createLoaders((day: PlaceInPlan) =>
      inBatches(maximumPrescriptions, async (workoutAssignmentIds) => {
        const request = { workoutAssignmentIds, ...day };
        const { prescribedWorkouts } = await assignments.batchPrescribeWorkouts(request);
        return prescribedWorkouts.map((workout) => [workout.workoutAssignmentId, workout]);
      }),
    ),
    setsOf: createPageLoaders('workoutSessionId', (workoutSessionIds, page) =>
      sessions.batchListWorkoutSets({ workoutSessionIds, page }),
    ),
    weeksOf: createLoaders((first: number) =>
      inBatches(maximumPages, async (userIds) => {
        const { users } = await progress.batchListWorkoutWeeks({ userIds, first });
        return users.map(({ userId, weeks }) => [userId, weeks]);
      }),
    ),
    weightTrendOf: createLoaders((days: number) =>
      inBatches(maximumPages, async (userIds) => {
        const { trends } = await measurements.batchGetWeightTrends({ userIds, days });
        return trends.map((trend) => [trend.userId, trend]);
      }),
    ),
    latestBodyMeasurementsOf: createLoader(
      inBatches(maximumPages, async (userIds) => {
        const { users } = await measurements.batchGetLatestBodyMeasurements({ userIds });
        return users.map(({ userId, bodyMeasurements: latest }) => [userId, latest]);
      }),
    ),
  };
}
