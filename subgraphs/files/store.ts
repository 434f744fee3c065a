import { createAttachmentStore } from './store/attachments.ts';
import { createFileStore } from './store/files.ts';
import { createLeftoverStore } from './store/leftovers.ts';
import type { StoreOptions } from './store/options.ts';
import { createUploadStore } from './store/uploads.ts';

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
