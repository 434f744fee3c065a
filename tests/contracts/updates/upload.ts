import { createHash, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import type { FilePurpose } from '#gen/proto/fitme/files/v1/FilePurpose.ts';
import { filesService } from '#platform/attachments/attach-files.ts';
import type { DomainNetwork } from '#tests/domain-network.ts';

/** The id of a picture of somebody's own that can hang on a thing. */
export async function uploadPicture(
  { doors }: DomainNetwork,
  token: string,
  purpose: FilePurpose,
): Promise<string> {
  const [door] = doors;
  if (door === undefined) throw new Error('The network has no door.');
  const files = door.client(filesService, token);
  const create = { width: 8, height: 8, channels: 3, background: 'teal' } as const;
  const picture = await sharp({ create }).png().toBuffer();
  const { file, fileUpload } = await files.startFileUpload({
    name: 'picture.png',
    purpose,
    contentType: 'image/png',
    sizeBytes: String(picture.length),
    sha256: createHash('sha256').update(picture).digest('hex'),
    method: 'FILE_UPLOAD_METHOD_DIRECT',
    idempotencyKey: randomUUID(),
  });
  const headers = Object.fromEntries((fileUpload?.headers ?? []).map(({ name, value }) => [name, value]));
  await fetch(fileUpload?.url ?? '', { method: 'PUT', headers, body: new Uint8Array(picture) });
  const fileId = file?.id ?? '';
  await files.completeFileUpload({ fileId });
  return fileId;
}
