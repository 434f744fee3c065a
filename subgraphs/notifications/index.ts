import { PrismaClient } from '#gen/prisma/notifications/client.ts';
import type { MessagingServiceDefinition } from '#gen/proto/fitme/messaging/v1/MessagingService.ts';
import { defineDomain } from '#platform/domain.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { createMessagingConsumer, createUsersConsumer } from './consumers.ts';
import { inboxPattern } from './events.ts';
import { requests } from './requests.ts';
import { type Context, createContext, createResolvers } from './resolvers.ts';
import { createHandlers, notificationsService } from './service.ts';
import { createArrivalStore } from './store/arrivals.ts';
import { createInboxStore } from './store/inbox.ts';
import { erasePerson, exportPerson } from './store/person.ts';
import { createPreferenceStore } from './store/preferences.ts';

const messagingService = serviceName<MessagingServiceDefinition>('fitme.messaging.v1.MessagingService');

/** Everybody's inbox of things that happened to them. */
export default defineDomain({
  name: 'notifications',
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, now, newId, client, service }) {
    const arrivals = createArrivalStore({ now, newId });
    const inbox = createInboxStore(db);
    const preferences = createPreferenceStore(db);
    const handlers = createHandlers({ inbox, preferences, now });
    const notifications = service(notificationsService, handlers, requests);
    return {
      services: [notifications],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(notifications, call, viewer),
      },
      topics: [
        {
          pattern: inboxPattern,
          mode: 'logged',
          authorize: async (viewer, id) =>
            viewer.kind === 'person' && viewer.id === id ? { fromSeq: 1, toSeq: null } : null,
        },
      ],
      consumers: [
        createUsersConsumer(arrivals),
        createMessagingConsumer(arrivals, client('messaging', messagingService)),
      ],
      jobs: [],
      exportPerson: (personId) => exportPerson(db, personId),
      erasePerson: (personId) => erasePerson(db, personId),
    };
  },
});
