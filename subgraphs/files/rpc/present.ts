import type { File__Output } from '#gen/proto/fitme/files/v1/File.ts';
import { FileRejection } from '#gen/proto/fitme/files/v1/FileRejection.ts';
import { FileState } from '#gen/proto/fitme/files/v1/FileState.ts';
import { FileThumbnailSize } from '#gen/proto/fitme/files/v1/FileThumbnailSize.ts';
import { FileUploadMethod } from '#gen/proto/fitme/files/v1/FileUploadMethod.ts';
import type { SignedUrl__Output } from '#gen/proto/fitme/files/v1/SignedUrl.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import type { FileDownloads, SignedDownload } from '../adapters/downloads.ts';
import { purposes } from '../requests/requests.ts';
import type { FileRow } from '../store/files.ts';

/** Enums between the contracts; the domain calls them what GraphQL does. */
export const states = mapEnum(FileState, 'FILE_STATE_');
export const rejections = mapEnum(FileRejection, 'FILE_REJECTION_');
export const methods = mapEnum(FileUploadMethod, 'FILE_UPLOAD_METHOD_');
export const thumbnailSizes = mapEnum(FileThumbnailSize, 'FILE_THUMBNAIL_SIZE_');

/** A file as the proto says it; with where its bytes are, once it can be used. */
export function fileOf(file: FileRow, downloads: FileDownloads | null): File__Output {
  if (file.state === 'DELETING') throw new Error('A file that is being deleted is not to be shown.');
  return {
    id: file.id,
    ownerId: file.ownerId,
    name: file.name,
    purpose: purposes.valueOf(file.purpose),
    state: states.valueOf(file.state),
    rejection: rejections.valueOf(file.rejection),
    contentType: file.contentType ?? undefined,
    sizeBytes: String(file.sizeBytes),
    sha256: file.sha256 ?? undefined,
    widthPx: file.widthPx ?? undefined,
    heightPx: file.heightPx ?? undefined,
    download: downloads && signedUrlOf(downloads.original),
    thumbnails: (downloads?.thumbnails ?? []).map(({ size, widthPx, heightPx, download }) => ({
      size: thumbnailSizes.valueOf(size),
      widthPx,
      heightPx,
      download: signedUrlOf(download),
    })),
    createdAt: timestampOf(file.createdAt),
    readyAt: timestampOf(file.state === 'READY' ? file.changedAt : null),
  };
}

function signedUrlOf({ url, expiresAt }: SignedDownload): SignedUrl__Output {
  return { url, expiresAt: timestampOf(new Date(expiresAt)) };
}
