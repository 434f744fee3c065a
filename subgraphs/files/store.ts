import type { PrismaClient } from '#gen/prisma/files/client.ts';
import type { Database } from '#platform/db/database.ts';
import { createAttachmentStore } from './store/attachments.ts';
import { createFileStore } from './store/files.ts';
import { createLeftoverStore } from './store/leftovers.ts';
import { createUploadStore } from './store/uploads.ts';

/** Everything that the domain knows of files; their bytes are elsewhere. */
export type Store = ReturnType<typeof createStore>;

export interface StoreOptions {
  db: Database<PrismaClient>;
  /** The present, milliseconds since 1970. */
  now(): number;
  /** A fresh UUIDv7. */
  newId(): string;
}

/** Opens the domain's tables. */
export function createStore(options: StoreOptions) {
  return {
    files: createFileStore(options),
    uploads: createUploadStore(options),
    attachments: createAttachmentStore(options),
    leftovers: createLeftoverStore(options),
  };
}
