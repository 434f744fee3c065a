import { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { defineDomain } from '#platform/domain.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { createMessagingConsumer, createUsersConsumer } from './consumers/consumers.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { requests } from './requests/requests.ts';
import { createHandlers, notificationsService } from './rpc/service.ts';
import { createTopics } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');

/** Everybody's inbox of things that happened to them. */
export default defineDomain({
  name: 'notifications',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, client, service }) {
    const store = createStore({ db, now, newId });
    const handlers = createHandlers({ store, now });
    const notifications = service(notificationsService, handlers, requests);
    return {
      services: [notifications],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(notifications, call, viewer),
      },
      topics: createTopics(),
      consumers: [
        createUsersConsumer(store.arrivals),
        createMessagingConsumer(store.arrivals, client('messaging', messagingService)),
      ],
      jobs: [],
      exportPerson: (userId) => store.person.export(userId),
      erasePerson: (userId) => store.person.erase(userId),
    };
  },
});
