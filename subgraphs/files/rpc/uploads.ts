import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import type { FileUpload__Output } from '#gen/proto/fitme/files/v1/FileUpload.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import type { Handlers } from '#platform/service/service.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import { directKey } from '../adapters/objects/keys.ts';
import { uploadedBytes } from '../adapters/processing/uploaded-bytes.ts';
import { purposes } from '../requests/requests.ts';
import { mostBytesAtOnce, rejectionMessage } from '../rules/rules.ts';
import type { FileRow } from '../store/files.ts';
import type { ServiceParts } from './parts.ts';
import { fileOf, methods } from './present.ts';

type Uploads = 'StartFileUpload' | 'CompleteFileUpload' | 'DeleteFile';

/** How long bytes may come. */
const DIRECT_MS = 60 * 60_000;
const RESUMABLE_MS = 24 * 60 * 60_000;

/** A file's beginning and end, by its owner. */
export function createUploadHandlers(parts: ServiceParts): Pick<Handlers<FilesServiceDefinition>, Uploads> {
  const { store, objects, processor, downloads, quotaBytes, resumableUrl, now } = parts;
  return {
    async StartFileUpload(request, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const method = methods.requiredNameOf(request.method);
      const draft = {
        ownerId,
        name: request.name,
        purpose: purposes.requiredNameOf(request.purpose),
        announcedType: request.contentType,
        announcedSha256: request.sha256 ?? null,
        sizeBytes: Number(request.sizeBytes),
        method,
        expiresAt: new Date(now() + (method === 'DIRECT' ? DIRECT_MS : RESUMABLE_MS)),
      };
      const id = await store.uploads.announce(draft, { key: request.idempotencyKey, request }, quotaBytes);
      const file = await ownFile(ownerId, id);
      const fileUpload = file.state === 'UPLOADING' ? await uploadOf(file) : null;
      return { file: await present(file), fileUpload };
    },

    async CompleteFileUpload({ fileId }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      const announced = await ownFile(ownerId, fileId);
      if (announced.state === 'UPLOADING') {
        await assertComplete(announced);
        if (announced.sizeBytes <= mostBytesAtOnce) await processor.process(fileId);
        else processor.begin(fileId);
      }
      const file = await ownFile(ownerId, fileId);
      if (file.rejection !== null) throw rejected(file, file.rejection);
      // What was begun a moment ago may not have been claimed yet.
      return { file: await present(file.state === 'UPLOADING' ? { ...file, state: 'PROCESSING' } : file) };
    },

    async DeleteFile({ fileId }, { viewer }) {
      const { id: ownerId } = requirePerson(viewer);
      if (await store.files.hide(ownerId, fileId)) await parts.leftovers.deleteHidden([fileId]);
      return { fileId };
    },
  };

  async function ownFile(ownerId: string, id: string): Promise<FileRow> {
    const file = await store.files.own(ownerId, id);
    if (file === null) throw notFound('file');
    return file;
  }

  async function present(file: FileRow) {
    return fileOf(file, file.state === 'READY' ? await downloads.of(file) : null);
  }

  async function uploadOf(file: FileRow): Promise<FileUpload__Output> {
    const expiresAt = file.expiresAt.getTime();
    const same = { method: methods.valueOf(file.method), expiresAt: timestampOf(file.expiresAt) };
    if (file.method === 'RESUMABLE') return { ...same, url: resumableUrl(file.id, expiresAt), headers: [] };
    const sizeBytes = Number(file.sizeBytes);
    const signed = await objects.signPut(directKey(file.id), {
      sizeBytes,
      type: file.announcedType,
      expiresAt,
    });
    return { ...same, ...signed };
  }

  /** Before it is looked through, so that a client can go on sending. */
  async function assertComplete(file: FileRow): Promise<void> {
    const came = await uploadedBytes(objects, file);
    const missing = Number(file.sizeBytes) - came;
    if (missing <= 0) return;
    const message = `${came.toLocaleString('en')} of ${Number(file.sizeBytes).toLocaleString('en')} bytes have come: send the rest, and complete the upload then.`;
    throw new DomainError('FAILED_PRECONDITION', message, {
      reason: 'UPLOAD_INCOMPLETE',
      parameters: { receivedBytes: came, expectedBytes: Number(file.sizeBytes) },
      fields: [{ path: 'fileId', message }],
    });
  }
}

function rejected(file: FileRow, rejection: NonNullable<FileRow['rejection']>): DomainError {
  const message = rejectionMessage(rejection, { ...file, sizeBytes: Number(file.sizeBytes) });
  return new DomainError('INVALID_ARGUMENT', message, { fields: [{ path: 'fileId', message }] });
}
