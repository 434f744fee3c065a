import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { CallContext } from '../call.ts';
import { DomainError, invalidField } from '../errors.ts';
import type { ServiceClient } from '../grpc/client.ts';
import { type ServiceName, serviceName } from '../grpc/contract.ts';

/** The domain files, for domains whose things carry some. */
export const filesService: ServiceName<FilesServiceDefinition> = serviceName('fitme.files.v1.FilesService');

/** Made when it is first needed: whoever attaches nothing needs no domain files. */
export type FilesClient = () => Pick<ServiceClient<FilesServiceDefinition>, 'attachFiles'>;

/** A thing that is about to carry files. */
interface CarriedFiles {
  /** Whose files they must be. */
  ownerId: string;
  /** "<domain>.<thing>". */
  subjectKind: string;
  subjectId: string;
  fileIds: readonly string[];
}

/**
 * Registers with the domain files what a thing carries, before the thing is stored. Where it is not stored after all, files
 * finds out by its own job. Makes no call where the thing carries none.
 *
 * @param path - The request's field that names them.
 * @throws DomainError INVALID_ARGUMENT where a file is not the owner's, not ready, or for something else.
 */
export async function attachFiles(
  files: FilesClient,
  { fileIds, ...subject }: CarriedFiles,
  path: string,
  call: CallContext,
): Promise<void> {
  if (fileIds.length === 0) return;
  try {
    await files().attachFiles({ ...subject, fileIds: [...fileIds] }, { call, as: 'service' });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'INVALID_ARGUMENT') throw error;
    throw invalidField(path, error.fields[0]?.message ?? error.message);
  }
}
