import { PrismaClient } from '#gen/prisma/training/client.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { defineDomain } from '#platform/domain.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { createBlocksConsumer } from './consumers.ts';
import { type Context, createContext } from './context.ts';
import { requests } from './requests.ts';
import { createResolvers } from './resolvers.ts';
import { createHandlers, trainingService } from './service.ts';
import { createStore } from './store.ts';
import { createTopics } from './topics.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

/** Trainers, their clients, and what those let them see. */
export default defineDomain({
  name: 'training',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, client, service }) {
    const store = createStore({ db, now, newId });
    const handlers = createHandlers({ store, users: client('users', usersService), now });
    const training = service(trainingService, handlers, requests);
    return {
      services: [training],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(training, call, viewer),
      },
      topics: createTopics(),
      consumers: [createBlocksConsumer(store)],
      jobs: [],
      exportPerson: (personId) => store.person.export(personId),
      erasePerson: (personId) => store.person.erase(personId),
    };
  },
});
