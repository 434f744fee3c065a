import { PrismaClient } from '#gen/prisma/users/client.ts';
import { filesService } from '#platform/attachments/attach-files.ts';
import { defineDomain } from '#platform/domain.ts';
import { createAccessTokens } from './adapters/access-tokens.ts';
import { createPasswords } from './adapters/passwords.ts';
import { createSignInLimits } from './adapters/sign-in-limits.ts';
import { usersConfig } from './config.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { requests } from './requests/requests.ts';
import { createAttachmentSubjects } from './rpc/attachments.ts';
import { createHandlers, usersService } from './rpc/service.ts';
import { createTopics } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

/** People, their accounts and sessions, and how they stand to one another. */
export default defineDomain({
  name: 'users',
  config: usersConfig,
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, config, redis, now, newId, client, service }) {
    const accessTokens = createAccessTokens(config.tokens, now);
    const store = createStore({ db, now, newId });
    const handlers = createHandlers({
      store,
      passwords: createPasswords({ atOnce: config.hashesAtOnce }),
      accessTokens,
      limits: createSignInLimits(redis, config.limits),
      refreshSeconds: config.tokens.refreshSeconds,
      files: () => client('files', filesService),
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
      topics: createTopics(),
      consumers: [],
      jobs: [
        {
          name: 'users.purge-sessions',
          cron: '17 3 * * *',
          run: () => store.sessions.purge(new Date(now())),
        },
      ],
      attachments: createAttachmentSubjects(store),
      documents: { '/.well-known/jwks.json': () => accessTokens.keySet },
      exportPerson: (userId) => store.person.export(userId),
      erasePerson: (userId) => store.person.erase(userId, new Date(now())),
    };
  },
});
