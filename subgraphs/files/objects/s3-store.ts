import type { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Config } from '../config.ts';
import type { ListedObject, ObjectStore } from './object-store.ts';
import { exactly } from './sized-stream.ts';

/** DeleteObjects takes so many keys. */
const KEYS_AT_ONCE = 1_000;

/** Objects of a bucket, and signed URLs that lead to it: bytes pass by this process but for looking them through. */
export function createS3Store(config: S3Config, now: () => number): ObjectStore {
  const { bucket } = config;
  const inside = createClient(config, config.endpoint);
  const outside = createClient(config, config.publicEndpoint);
  const secondsUntil = (expiresAt: number, from: number) =>
    Math.max(1, Math.floor((expiresAt - from) / 1_000));

  return {
    async write(key, body, sizeBytes) {
      const sized = Buffer.isBuffer(body) ? body : body.pipe(exactly(sizeBytes));
      if (sized !== body) (body as Readable).on('error', (error) => (sized as Readable).destroy(error));
      await inside.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: sized, ContentLength: sizeBytes }),
      );
    },

    async read(key) {
      const found = await inside
        .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        .catch(noneWhereMissing);
      return (found?.Body as Readable | undefined) ?? null;
    },

    async sizeOf(key) {
      const found = await inside
        .send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
        .catch(noneWhereMissing);
      return found?.ContentLength ?? null;
    },

    async list(prefix) {
      const listed: ListedObject[] = [];
      const pages = paginateListObjectsV2({ client: inside }, { Bucket: bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0 } of Contents) listed.push({ key: Key, sizeBytes: Size });
      }
      return listed;
    },

    async delete(keys) {
      for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
        const Objects = keys.slice(start, start + KEYS_AT_ONCE).map((Key) => ({ Key }));
        const { Errors = [] } = await inside.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        const [first] = Errors;
        if (first !== undefined) throw new Error(`An object could not be deleted: ${first.Code}`);
      }
    },

    async signPut(key, { sizeBytes, type, expiresAt }) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentType: type,
        ContentLength: sizeBytes,
      });
      const url = await getSignedUrl(outside, command, {
        expiresIn: secondsUntil(expiresAt, now()),
        signingDate: new Date(now()),
        // Otherwise the size and the type could be others than those that were announced.
        signableHeaders: new Set(['content-length', 'content-type', 'host']),
      });
      return { url, headers: [{ name: 'content-type', value: type }] };
    },

    async signGet(key, { type, disposition }, expiresAt) {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentType: type,
        ResponseContentDisposition: disposition,
      });
      return getSignedUrl(outside, command, {
        expiresIn: secondsUntil(expiresAt, now()),
        signingDate: new Date(now()),
      });
    },

    close() {
      inside.destroy();
      outside.destroy();
    },
  };
}

function createClient(config: S3Config, endpoint: string): S3Client {
  return new S3Client({
    endpoint,
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    forcePathStyle: config.isPathStyle,
    // Trailing checksums are AWS's own: other stores refuse them. What is stored is held against its SHA-256 here.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

function noneWhereMissing(error: unknown): null {
  if (error instanceof NoSuchKey || error instanceof NotFound) return null;
  throw error;
}
