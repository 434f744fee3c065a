import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { CallContext } from '../call.ts';
import { DomainError, invalidField } from '../errors.ts';
import type { ServiceClient } from '../grpc/client.ts';
import { type ServiceName, serviceName } from '../grpc/contract.ts';

/** The domain files, for domains whose things carry some. */
export const filesService: ServiceName<FilesServiceDefinition> = serviceName('fitme.files.v1.FilesService');

/** Made when it is first needed: whoever attaches nothing needs no domain files. */
export type FilesClient = () => Pick<ServiceClient<FilesServiceDefinition>, 'attachFiles'>;

/** A thing that is about to carry one file. */
export interface CarriedFile {
  /** Whose file it must be. */
  ownerId: string;
  /** "<domain>.<thing>". */
  subjectKind: string;
  subjectId: string;
  fileId: string;
}

/**
 * Tells files that a thing carries a file, before it is stored that it does. Where it is not stored after all, files
 * learns by itself that it does not.
 *
 * @param path - The request's field that names the file.
 * @throws DomainError INVALID_ARGUMENT where the file is not the owner's, not ready, or for something else.
 */
export async function attachFile(
  files: FilesClient,
  { fileId, ...subject }: CarriedFile,
  path: string,
  call: CallContext,
): Promise<void> {
  try {
    await files().attachFiles({ ...subject, fileIds: [fileId] }, { call, as: 'service' });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'INVALID_ARGUMENT') throw error;
    throw invalidField(path, error.fields[0]?.message ?? error.message);
  }
}
