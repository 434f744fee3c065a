import { createAttachmentStore } from './attachments.ts';
import { createFileStore } from './files.ts';
import { createLeftoverStore } from './leftovers.ts';
import type { StoreOptions } from './options.ts';
import { createUploadStore } from './uploads.ts';

/** Everything that the domain knows of files; their bytes are elsewhere. */
export type Store = ReturnType<typeof createStore>;

/** Opens the domain's tables. */
export function createStore(options: StoreOptions) {
  return {
    files: createFileStore(options),
    uploads: createUploadStore(options),
    attachments: createAttachmentStore(options),
    leftovers: createLeftoverStore(options),
  };
}
