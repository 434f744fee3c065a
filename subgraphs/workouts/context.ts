import type DataLoader from 'dataloader';
import type { AssignmentPage__Output } from '#gen/proto/fitme/workouts/v1/AssignmentPage.ts';
import type { AssignmentsServiceDefinition } from '#gen/proto/fitme/workouts/v1/AssignmentsService.ts';
import type { ExercisesServiceDefinition } from '#gen/proto/fitme/workouts/v1/ExercisesService.ts';
import type { MeasurementKind } from '#gen/proto/fitme/workouts/v1/MeasurementKind.ts';
import type { MeasurementPage__Output } from '#gen/proto/fitme/workouts/v1/MeasurementPage.ts';
import type { MeasurementsServiceDefinition } from '#gen/proto/fitme/workouts/v1/MeasurementsService.ts';
import type { PlannedDayPage__Output } from '#gen/proto/fitme/workouts/v1/PlannedDayPage.ts';
import type { PlansServiceDefinition } from '#gen/proto/fitme/workouts/v1/PlansService.ts';
import type { ProgressServiceDefinition } from '#gen/proto/fitme/workouts/v1/ProgressService.ts';
import type { RecordPage__Output } from '#gen/proto/fitme/workouts/v1/RecordPage.ts';
import type { SessionPage__Output } from '#gen/proto/fitme/workouts/v1/SessionPage.ts';
import type { SessionState } from '#gen/proto/fitme/workouts/v1/SessionState.ts';
import type { SessionsServiceDefinition } from '#gen/proto/fitme/workouts/v1/SessionsService.ts';
import type { SetPage__Output } from '#gen/proto/fitme/workouts/v1/SetPage.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type {
  BodyMeasurementModel,
  ExerciseModel,
  PersonalRecordModel,
  WeightTrendModel,
  WorkoutAssignmentModel,
  WorkoutPlanModel,
  WorkoutPlanVersionModel,
  WorkoutSessionModel,
  WorkoutWeekModel,
} from './models.ts';
import { createListLoaders, createPageLoaders, inBatches, type PageLoaders } from './page-loaders.ts';
import { maximumVersions } from './requests/plans.ts';

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
  assignmentsOf: PageLoaders<{ activeOnly: boolean }, AssignmentPage__Output>;
  sessionsOf: PageLoaders<{ states: SessionState[] }, SessionPage__Output>;
  recordsOf: PageLoaders<{ exerciseId?: string; currentOnly: boolean }, RecordPage__Output>;
  measurementsOf: PageLoaders<{ kind: MeasurementKind }, MeasurementPage__Output>;
  weeksOf(weekCount: number): DataLoader<string, WorkoutWeekModel[] | null>;
  weightTrendOf(days: number): DataLoader<string, WeightTrendModel | null>;
  latestMeasurementsOf: DataLoader<string, BodyMeasurementModel[] | null>;
  /** By assignment. */
  daysOf: PageLoaders<{ pendingOnly: boolean }, PlannedDayPage__Output>;
  /** By session. */
  setsOf: PageLoaders<object, SetPage__Output>;
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
    planById: byId(async (ids) => (await plans.batchGetPlans({ ids })).plans),
    planVersionById: byId((ids) =>
      inBatches(ids, maximumVersions, async (batch) => {
        const { versions } = await plans.batchGetPlanVersions({ ids: batch });
        return versions;
      }),
    ),
    assignmentById: byId(async (ids) => (await assignments.batchGetAssignments({ ids })).assignments),
    sessionById: byId(async (ids) => (await sessions.batchGetSessions({ ids })).sessions),
    recordById: byId(async (ids) => (await progress.batchGetRecords({ ids })).records),
    measurementById: byId(async (ids) => (await measurements.batchGetMeasurements({ ids })).measurements),
  };
}

function listLoaders({ assignments, sessions, progress, measurements }: Clients) {
  return {
    assignmentsOf: createPageLoaders('userId', (userIds, filter: { activeOnly: boolean }, page) =>
      assignments.batchListAssignments({ userIds, ...filter, page }),
    ),
    sessionsOf: createPageLoaders('userId', (userIds, filter: { states: SessionState[] }, page) =>
      sessions.batchListSessions({ userIds, ...filter, page }),
    ),
    recordsOf: createPageLoaders(
      'userId',
      (userIds, filter: { exerciseId?: string; currentOnly: boolean }, page) =>
        progress.batchListRecords({ userIds, ...filter, page }),
    ),
    measurementsOf: createPageLoaders('userId', (userIds, filter: { kind: MeasurementKind }, page) =>
      measurements.batchListMeasurements({ userIds, ...filter, page }),
    ),
    daysOf: createPageLoaders('assignmentId', (assignmentIds, filter: { pendingOnly: boolean }, page) =>
      assignments.batchListPlannedDays({ assignmentIds, ...filter, page }),
    ),
    setsOf: createPageLoaders('sessionId', (sessionIds, _filter: object, page) =>
      sessions.batchListSets({ sessionIds, page }),
    ),
    weeksOf: createListLoaders(async (userIds, weekCount: number) => {
      const { people } = await progress.batchListWeeks({ userIds, weekCount });
      return people.map(({ userId, weeks }) => [userId, weeks]);
    }),
    weightTrendOf: createListLoaders(async (userIds, days: number) => {
      const { trends } = await measurements.batchGetWeightTrends({ userIds, days });
      return trends.map((trend) => [trend.userId, trend]);
    }),
    latestMeasurementsOf: createListLoaders(async (userIds, _all: null) => {
      const { people } = await measurements.batchGetLatestMeasurements({ userIds });
      return people.map(({ userId, measurements: latest }) => [userId, latest]);
    })(null),
  };
}
