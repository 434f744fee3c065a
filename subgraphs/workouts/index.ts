import { PrismaClient } from '#gen/prisma/workouts/client.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { filesService } from '#platform/attachments/attach-files.ts';
import { defineDomain } from '#platform/domain.ts';
import { createGrantsConsumer } from '#platform/grants/grants-consumer.ts';
import { createTrainerGrants } from '#platform/grants/trainer-grants.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { catalogue } from './adapters/catalogue/exercises.ts';
import { createUsersConsumer, tellTopics } from './consumers/consumers.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { createJobs } from './jobs/jobs.ts';
import { assignmentRequests } from './requests/assignments.ts';
import { exerciseRequests } from './requests/exercises.ts';
import { measurementRequests } from './requests/measurements.ts';
import { planRequests } from './requests/plans.ts';
import { progressRequests } from './requests/progress.ts';
import { sessionRequests } from './requests/sessions.ts';
import { createAccess } from './rpc/access.ts';
import { createAttachmentSubjects } from './rpc/attachments.ts';
import { createVisibleExercises } from './rpc/exercises.ts';
import {
  assignmentsService,
  createHandlers,
  exercisesService,
  measurementsService,
  plansService,
  progressService,
  sessionsService,
} from './rpc/service.ts';
import { createTopics } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');
const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');

/** Exercises, plans and who follows them, training as it is done, and what it does to bodies. */
export default defineDomain({
  name: 'workouts',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, grantsStaleAfterMs, client, service }) {
    const store = createStore({ db, now, newId });
    const grants = createTrainerGrants(db, grantsStaleAfterMs);
    const users = client('users', usersService);
    const training = client('training', trainingService);
    const access = createAccess(grants);
    const visibleExercises = createVisibleExercises(store, access);
    const files = () => client('files', filesService);
    const handlers = createHandlers({ store, access, visibleExercises, users, files, now, newId });
    const services = {
      exercises: service(exercisesService, handlers.exercises, exerciseRequests),
      plans: service(plansService, handlers.plans, planRequests),
      assignments: service(assignmentsService, handlers.assignments, assignmentRequests),
      sessions: service(sessionsService, handlers.sessions, sessionRequests),
      progress: service(progressService, handlers.progress, progressRequests),
      measurements: service(measurementsService, handlers.measurements, measurementRequests),
    };
    return {
      services: Object.values(services),
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(services, call, viewer),
      },
      topics: createTopics(grants),
      consumers: [
        createUsersConsumer(store.timeZones, users),
        createGrantsConsumer({ db, training, onChanged: tellTopics }),
      ],
      attachments: createAttachmentSubjects(store, access, visibleExercises),
      jobs: createJobs(store, now),
      prepare: () => store.catalogue.install(catalogue),
      exportPerson: (userId) => store.person.export(userId),
      erasePerson: (userId) => store.person.erase(userId),
    };
  },
});
