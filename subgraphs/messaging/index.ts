import { PrismaClient } from '#gen/prisma/messaging/client.ts';
import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { filesService } from '#platform/attachments/attach-files.ts';
import { defineDomain } from '#platform/domain.ts';
import { createGrantsConsumer } from '#platform/grants/grants-consumer.ts';
import { createTrainerGrants } from '#platform/grants/trainer-grants.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { requests } from './requests/requests.ts';
import { createAttachmentSubjects } from './rpc/attachments.ts';
import { createHandlers, messagingService } from './rpc/service.ts';
import { createTopics, wakesOf } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

const trainingService = serviceName<TrainingServiceDefinition>('fitme.training.v1.TrainingService');
const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

/** Conversations between people, and what they write. */
export default defineDomain({
  name: 'messaging',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, grantsStaleAfterMs, client, service }) {
    const store = createStore({ db, now, newId });
    const handlers = createHandlers({
      store,
      grants: createTrainerGrants(db, grantsStaleAfterMs),
      users: client('users', usersService),
      files: () => client('files', filesService),
      newId,
    });
    const messaging = service(messagingService, handlers, requests);
    return {
      services: [messaging],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(messaging, call, viewer),
      },
      topics: createTopics(store),
      wakes: (events) => wakesOf(store, events),
      // A block is asked for when somebody writes: of other domains only the grants are kept here.
      consumers: [createGrantsConsumer({ db, training: client('training', trainingService) })],
      jobs: [],
      attachments: createAttachmentSubjects(store),
      exportPerson: (userId) => store.person.export(userId),
      erasePerson: (userId) => store.person.erase(userId),
    };
  },
});
