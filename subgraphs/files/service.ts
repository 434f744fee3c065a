import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import type { Access } from './access.ts';
import type { Downloads } from './downloads.ts';
import type { Leftovers } from './leftovers.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { Processor } from './processing/processor.ts';
import { createReadHandlers } from './rpc/reads.ts';
import { createUploadHandlers } from './rpc/uploads.ts';
import type { Store } from './store.ts';

export const filesService = serviceName<FilesServiceDefinition>('fitme.files.v1.FilesService');

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

/** The service: people own files, and see those of others where they hang on what they may see. */
export function createHandlers(parts: ServiceParts): Handlers<FilesServiceDefinition> {
  return { ...createUploadHandlers(parts), ...createReadHandlers(parts) };
}
