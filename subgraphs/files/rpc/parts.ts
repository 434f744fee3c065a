import type { Access } from '../adapters/access.ts';
import type { Downloads } from '../adapters/downloads.ts';
import type { Leftovers } from '../adapters/leftovers.ts';
import type { ObjectStore } from '../adapters/objects/object-store.ts';
import type { Processor } from '../adapters/processing/processor.ts';
import type { Store } from '../store/store.ts';

/** What the service's methods work with. */
export interface ServiceParts {
  store: Store;
  objects: ObjectStore;
  processor: Processor;
  access: Access;
  downloads: Downloads;
  leftovers: Leftovers;
  /** Bytes that one person's files may have together. */
  quotaBytes: number;
  /** A signed URL of a resumable upload, good until then (milliseconds since 1970). */
  resumableUrl(fileId: string, expiresAt: number): string;
  /** The present, milliseconds since 1970. */
  now(): number;
}
