import { PrismaClient } from '#gen/prisma/diet/client.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { defineDomain } from '#platform/domain.ts';
import { createTrainerGrants } from '#platform/grants/trainer-grants.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { installCatalogue } from './adapters/catalogue/catalogue.ts';
import { createTrainingConsumer } from './consumers/consumers.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { createDayClosing } from './jobs/jobs.ts';
import { createAccess } from './rpc/access.ts';
import { createPeople } from './rpc/people.ts';
import { createServices } from './rpc/service.ts';
import { createTopics } from './rpc/topics.ts';
import { createFoodImports } from './store/food-imports.ts';
import { createStore } from './store/store.ts';

export { type Catalogue, openCatalogue } from './adapters/catalogue/open.ts';

const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');
const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');

/** What people eat, want to eat, and are to eat; recipes, and what is to be bought for them. */
export default defineDomain({
  name: 'diet',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, grantsStaleAfterMs, client, service }) {
    const store = createStore({ db, now, newId });
    const users = client('users', usersService);
    const imports = createFoodImports({ db, now, newId });
    const grants = createTrainerGrants(db, grantsStaleAfterMs);
    const access = createAccess(db, grants);
    const services = createServices({ service }, { store, access, people: createPeople(users, now) });
    return {
      services: Object.values(services),
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(services, call, viewer),
      },
      prepare: () => installCatalogue(imports),
      topics: createTopics(store, grants),
      consumers: [createTrainingConsumer(db, client('training', trainingService))],
      jobs: [createDayClosing({ store, users, now })],
      exportPerson: (userId) => store.person.export(userId),
      erasePerson: (userId) => store.person.erase(userId),
    };
  },
});
