import { PrismaClient } from '#gen/prisma/training/client.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { defineDomain } from '#platform/domain.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { createBlocksConsumer } from './consumers/consumers.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { createJobs } from './jobs/jobs.ts';
import { gymsRequests } from './requests/gyms.ts';
import { trainingRequests } from './requests/training.ts';
import { createPlanning } from './rpc/planning.ts';
import { createGymsHandlers, createTrainingHandlers, gymsService, trainingService } from './rpc/service.ts';
import { createTopics } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

/** Trainers, their clients and what those let them see; gyms, and their classes. */
export default defineDomain({
  name: 'training',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, client, service }) {
    const store = createStore({ db, now, newId });
    const planning = createPlanning(store);
    const parts = { store, users: client('users', usersService), planning, now };
    const training = service(trainingService, createTrainingHandlers(parts), trainingRequests);
    const gyms = service(gymsService, createGymsHandlers(parts), gymsRequests);
    return {
      services: [training, gyms],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext({ training, gyms }, call, viewer),
      },
      topics: createTopics(),
      consumers: [createBlocksConsumer(store)],
      jobs: createJobs(store, planning),
      exportPerson: (userId) => store.person.export(userId),
      erasePerson: (userId) => store.person.erase(userId),
    };
  },
});
