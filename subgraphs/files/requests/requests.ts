import { z } from 'zod';
import { FilePurpose } from '#gen/proto/fitme/files/v1/FilePurpose.ts';
import type { FilesServiceDefinition } from '#gen/proto/fitme/files/v1/FilesService.ts';
import { mapEnum } from '#platform/graphql/enums.ts';
import { pageRequest } from '#platform/service/paging.ts';
import { id, idempotencyKey, ids } from '#platform/service/request-fields.ts';
import type { RequestSchemas } from '#platform/service/service.ts';
import { isFileName, mostDirectBytes, purposeRules } from '../rules/rules.ts';

/** What files are for, between the contracts. */
export const purposes = mapEnum(FilePurpose, 'FILE_PURPOSE_');

const name = z
  .string()
  .refine(
    (text) => [...text].length <= 255 && isFileName(text),
    'takes 1 to 255 characters, without path, control characters, and space at its ends',
  );
const contentType = z
  .string()
  .max(100, 'takes a media type, for example image/jpeg')
  .regex(
    /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/,
    'takes a media type, for example image/jpeg',
  );

/** What requests must hold beyond their proto types. */
export const requests: RequestSchemas<FilesServiceDefinition> = {
  StartFileUpload: z
    .object({
      name,
      purpose: z.enum(
        ['FILE_PURPOSE_AVATAR', 'FILE_PURPOSE_MESSAGE', 'FILE_PURPOSE_TUTORIAL', 'FILE_PURPOSE_MEASUREMENT'],
        'takes AVATAR, MESSAGE, TUTORIAL or MEASUREMENT',
      ),
      contentType,
      sizeBytes: z.string(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'takes 64 hexadecimal digits in small letters')
        .optional(),
      method: z.enum(
        ['FILE_UPLOAD_METHOD_DIRECT', 'FILE_UPLOAD_METHOD_RESUMABLE'],
        'takes DIRECT or RESUMABLE',
      ),
      idempotencyKey,
    })
    .superRefine(({ purpose, sizeBytes, method }, context) => {
      const message = sizeFault(Number(sizeBytes), purposes.requiredNameOf(purpose), method);
      if (message !== null) context.addIssue({ code: 'custom', path: ['sizeBytes'], message });
    }),
  CompleteFileUpload: z.object({ fileId: id }),
  DeleteFile: z.object({ fileId: id }),
  ListFiles: z.object({ page: pageRequest }),
  BatchGetFiles: z.object({ ids: ids(1_000) }),
  AttachFiles: z.object({
    ownerId: id,
    subjectKind: z.string().regex(/^[a-z]+\.[a-z-]+$/, 'takes "<domain>.<thing>"'),
    subjectId: id,
    fileIds: z
      .array(id)
      .min(1, 'Name at least one file.')
      .max(20, 'Name at most 20 files.')
      .refine((fileIds) => new Set(fileIds).size === fileIds.length, 'Name each file once.'),
  }),
};

function sizeFault(sizeBytes: number, purpose: keyof typeof purposeRules, method: string): string | null {
  if (sizeBytes < 1) return 'takes at least 1 byte: there is no empty file';
  const { mostBytes } = purposeRules[purpose];
  if (sizeBytes > mostBytes) return `takes at most ${mostBytes.toLocaleString('en')} bytes for ${purpose}`;
  if (method === 'FILE_UPLOAD_METHOD_DIRECT' && sizeBytes > mostDirectBytes) {
    return `takes at most ${mostDirectBytes.toLocaleString('en')} bytes in one PUT: choose RESUMABLE`;
  }
  return null;
}
