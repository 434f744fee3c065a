import { PrismaClient } from '#gen/prisma/files/client.ts';
import { attachmentSourceService } from '#platform/attachments/attachment-source.ts';
import { defineDomain } from '#platform/domain.ts';
import { createAccess } from './adapters/access.ts';
import { createDownloads } from './adapters/downloads.ts';
import { resumablePath } from './adapters/http/resumable.ts';
import { addRoutes } from './adapters/http/routes.ts';
import { createLeftovers } from './adapters/leftovers.ts';
import { createLocalStore } from './adapters/objects/local-store.ts';
import { createS3Store } from './adapters/objects/s3-store.ts';
import { createProcessor } from './adapters/processing/processor.ts';
import { createSignedUrls } from './adapters/signed-urls.ts';
import { filesConfig } from './config.ts';
import { type Context, createContext } from './graphql/context.ts';
import { createResolvers } from './graphql/resolvers.ts';
import { requests } from './requests/requests.ts';
import { createHandlers, filesService } from './rpc/service.ts';
import { createTopics } from './rpc/topics.ts';
import { createStore } from './store/store.ts';

/** Files of people: what is known of them, and who gets at their bytes. */
export default defineDomain({
  name: 'files',
  config: filesConfig,
  createPrisma: (adapter) => new PrismaClient({ adapter }),
  open({ db, config, log, now, newId, ownUrl, client, service }) {
    const store = createStore({ db, now, newId });
    const urls = createSignedUrls({
      secret: config.signingSecret,
      baseUrl: () => config.publicUrl ?? ownUrl(),
      now,
    });
    const objects =
      config.store.kind === 'local'
        ? createLocalStore(config.store.directory, urls)
        : createS3Store(config.store, now);
    const processor = createProcessor({ store, objects, log });
    const access = createAccess((domain) => client(domain, attachmentSourceService));
    const leftovers = createLeftovers({ store, objects, access, now });
    const handlers = createHandlers({
      store,
      objects,
      processor,
      access,
      leftovers,
      downloads: createDownloads({ objects, seconds: config.downloadSeconds, now }),
      quotaBytes: config.quotaBytes,
      resumableUrl: (fileId, expiresAt) => urls.sign('PATCH', resumablePath(fileId), {}, expiresAt),
      now,
    });
    const files = service(filesService, handlers, requests);
    return {
      services: [files],
      graph: {
        resolvers: createResolvers(),
        createContext: (call, viewer): Context => createContext(files, call, viewer),
      },
      topics: createTopics(),
      consumers: [],
      jobs: [
        { name: 'files.resume', cron: '* * * * *', run: (signal) => processor.resume(signal) },
        { name: 'files.sweep', cron: '23 * * * *', run: (signal) => leftovers.sweep(signal) },
      ],
      routes: (http) =>
        addRoutes(http, {
          urls,
          store,
          objects,
          now,
          directory: config.store.kind === 'local' ? config.store.directory : null,
        }),
      async close() {
        await processor.close();
        objects.close();
      },
      exportPerson: async (userId) => ({ files: await store.leftovers.exportOwned(userId) }),
      erasePerson: (userId) => leftovers.erase(userId),
    };
  },
});
