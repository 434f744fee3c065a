import { PrismaClient } from '#gen/prisma/users/client.ts';
import { defineDomain } from '#platform/domain.ts';
import { createAccessTokens } from './access-tokens.ts';
import { usersConfig } from './config.ts';
import { personPattern, REVOCATIONS_TOPIC } from './events.ts';
import { createPasswords } from './passwords.ts';
import { requests } from './requests.ts';
import { type Context, createContext, createResolvers } from './resolvers.ts';
import { createHandlers, usersService } from './service.ts';
import { createSignInLimits } from './sign-in-limits.ts';
import { createStore } from './store.ts';

/** People, their accounts and sessions, and how they stand to one another. */
export default defineDomain({
  name: 'users',
  config: usersConfig,
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, config, redis, now, newId, service }) {
    const accessTokens = createAccessTokens(config.tokens, now);
    const store = createStore({ db, now, newId });
    const handlers = createHandlers({
      store,
      passwords: createPasswords({ atOnce: config.hashesAtOnce }),
      accessTokens,
      limits: createSignInLimits(redis, config.limits),
      refreshSeconds: config.tokens.refreshSeconds,
      now,
      newId,
    });
    const users = service(usersService, handlers, requests);
    return {
      services: [users],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(users, call, viewer),
      },
      topics: [
        // Read by everyone who verifies tokens, under a token of their own; no person listens to it.
        { pattern: REVOCATIONS_TOPIC, mode: 'logged', authorize: async () => null },
        {
          pattern: personPattern,
          mode: 'logged',
          authorize: async (viewer, id) =>
            viewer.kind === 'person' && viewer.id === id ? { fromSeq: 1, toSeq: null } : null,
        },
      ],
      consumers: [],
      jobs: [
        {
          name: 'users.purge-sessions',
          cron: '17 3 * * *',
          run: () => store.sessions.purge(new Date(now())),
        },
      ],
      documents: { '/.well-known/jwks.json': () => accessTokens.keySet },
      exportPerson: (personId) => store.personData.export(personId),
      erasePerson: (personId) => store.personData.erase(personId, new Date(now())),
    };
  },
});
