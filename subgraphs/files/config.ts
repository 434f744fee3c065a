import { resolve } from 'node:path';
import { z } from 'zod';
import { flag, integer, url } from '#platform/config.ts';

/** A bucket behind an S3 API. */
export interface S3Config {
  /** Where this process reaches it. */
  endpoint: string;
  /** Where browsers reach it: signed URLs lead there. */
  publicEndpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Whether the bucket stands in the path (MinIO, Ceph), not in the host name (AWS). */
  isPathStyle: boolean;
}

/** What the domain "files" is told by its own variables. */
export interface FilesConfig {
  /** Where bytes are kept. */
  store: { kind: 'local'; directory: string } | ({ kind: 's3' } & S3Config);
  /** Signs URLs that lead to this domain's own routes; the same for all its processes. */
  signingSecret: string;
  /** Where browsers reach those routes, without slash at its end; null for this process's own address. */
  publicUrl: string | null;
  /** Bytes that one person's files may have together. */
  quotaBytes: number;
  /** The longest that a signed URL for reading is good, seconds. */
  downloadSeconds: number;
}

const S3_VARIABLES = {
  FILES_S3_ENDPOINT: url('http', 'https'),
  FILES_S3_PUBLIC_ENDPOINT: url('http', 'https').optional(),
  FILES_S3_REGION: z.string().default('us-east-1'),
  FILES_S3_BUCKET: z.string({ error: 'takes the name of a bucket' }),
  FILES_S3_ACCESS_KEY_ID: z.string({ error: 'takes the id of an access key' }),
  FILES_S3_SECRET_ACCESS_KEY: z.string({ error: 'takes the secret of that access key' }),
  FILES_S3_PATH_STYLE: flag().default(true),
};

const COMMON_VARIABLES = {
  FILES_SIGNING_SECRET: z
    .string({ error: 'takes a secret of at least 32 characters' })
    .min(32, 'takes a secret of at least 32 characters'),
  FILES_PUBLIC_URL: url('http', 'https').optional(),
  FILES_QUOTA_MIB: integer(1, 1_048_576).default(2_048),
  FILES_DOWNLOAD_SECONDS: integer(60, 86_400).default(900),
};

/** The variables of the domain "files". */
export const filesConfig: z.ZodType<FilesConfig> = z
  .preprocess(
    (variables) => ({ FILES_STORE: 'local', ...(variables as object) }),
    z.discriminatedUnion(
      'FILES_STORE',
      [
        z.object({
          ...COMMON_VARIABLES,
          FILES_STORE: z.literal('local'),
          FILES_DIRECTORY: z.string().default('.data/files'),
        }),
        z.object({ ...COMMON_VARIABLES, ...S3_VARIABLES, FILES_STORE: z.literal('s3') }),
      ],
      { error: 'takes local or s3' },
    ),
  )
  .transform((variables) => ({
    store:
      variables.FILES_STORE === 'local'
        ? { kind: 'local' as const, directory: resolve(variables.FILES_DIRECTORY) }
        : {
            kind: 's3' as const,
            endpoint: variables.FILES_S3_ENDPOINT,
            publicEndpoint: variables.FILES_S3_PUBLIC_ENDPOINT ?? variables.FILES_S3_ENDPOINT,
            region: variables.FILES_S3_REGION,
            bucket: variables.FILES_S3_BUCKET,
            accessKeyId: variables.FILES_S3_ACCESS_KEY_ID,
            secretAccessKey: variables.FILES_S3_SECRET_ACCESS_KEY,
            isPathStyle: variables.FILES_S3_PATH_STYLE,
          },
    signingSecret: variables.FILES_SIGNING_SECRET,
    publicUrl: variables.FILES_PUBLIC_URL?.replace(/\/$/, '') ?? null,
    quotaBytes: variables.FILES_QUOTA_MIB * 1_024 * 1_024,
    downloadSeconds: variables.FILES_DOWNLOAD_SECONDS,
  }));
