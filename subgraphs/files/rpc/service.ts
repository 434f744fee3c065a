import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import type { ServiceParts } from './parts.ts';
import { createReadHandlers } from './reads.ts';
import { createUploadHandlers } from './uploads.ts';

export const filesService = serviceName<FilesServiceDefinition>('fitme.files.v1.FilesService');

/** The service: people own files, and see those of others where they hang on what they may see. */
export function createHandlers(parts: ServiceParts): Handlers<FilesServiceDefinition> {
  return { ...createUploadHandlers(parts), ...createReadHandlers(parts) };
}
