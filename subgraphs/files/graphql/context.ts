import type DataLoader from 'dataloader';
import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { IncomingCall } from '#platform/call.ts';
import { createLoader } from '#platform/graphql/loader.ts';
import type { LocalClient, Service } from '#platform/service/service.ts';
import type { Viewer } from '#platform/viewer.ts';
import type { FileModel } from './models.ts';

/** What resolvers work with during one request. */
export interface Context {
  viewer: Viewer | null;
  files: LocalClient<FilesServiceDefinition>;
  fileById: DataLoader<string, FileModel | null>;
}

export function createContext(
  service: Service<FilesServiceDefinition>,
  call: IncomingCall,
  viewer: Viewer | null,
): Context {
  const files = service.local(call);
  return {
    viewer,
    files,
    fileById: createLoader(async (ids) => {
      const found = await files.batchGetFiles({ ids });
      return found.files.map((file) => [file.id, file]);
    }),
  };
}
