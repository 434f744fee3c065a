import type { PrismaClient } from '#gen/prisma/files/client.ts';
import type { StoreOptions } from '#platform/db/database.ts';
import { createAttachmentStore } from './attachments.ts';
import { createFileStore } from './files.ts';
import { createLeftoverStore } from './leftovers.ts';
import { createUploadStore } from './uploads.ts';

/** Everything that the domain knows of files; their bytes are elsewhere. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: StoreOptions<PrismaClient>) {
  return {
    files: createFileStore(options),
    uploads: createUploadStore(options),
    attachments: createAttachmentStore(options),
    leftovers: createLeftoverStore(options),
  };
}
