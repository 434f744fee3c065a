import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Config } from '../../config.ts';
import type { ListedObject, ObjectStore } from './object-store.ts';
import { exactly } from './sized-stream.ts';

/** Requests at a time while objects are deleted one by one: not every S3 API has DeleteObjects. */
const DELETED_AT_ONCE = 16;

/** Objects of a bucket, and signed URLs that lead to it: bytes pass by this process but for looking them through. */
export function createS3Store(config: S3Config, now: () => number): ObjectStore {
  const { bucket } = config;
  const inside = createClient(config, config.endpoint);
  const outside = createClient(config, config.publicEndpoint);
  const secondsUntil = (expiresAt: number, from: number) =>
    Math.max(1, Math.floor((expiresAt - from) / 1_000));

  async function put(
    Key: string,
    Body: Readable | Buffer,
    ContentLength: number,
    abortSignal?: AbortSignal,
  ): Promise<void> {
    const command = new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength });
    await inside.send(command, { ...(abortSignal !== undefined && { abortSignal }) });
  }

  return {
    async write(key, body, sizeBytes) {
      if (Buffer.isBuffer(body)) return put(key, body, sizeBytes);
      const sized = exactly(sizeBytes);
      // A request whose body breaks would wait for the rest of it.
      const broken = new AbortController();
      sized.on('error', (error) => broken.abort(error));
      body.on('error', (error) => sized.destroy(error));
      try {
        await put(key, body.pipe(sized), sizeBytes, broken.signal);
      } catch (error) {
        body.destroy();
        throw broken.signal.aborted ? broken.signal.reason : error;
      }
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
      for (let start = 0; start < keys.length; start += DELETED_AT_ONCE) {
        const group = keys.slice(start, start + DELETED_AT_ONCE);
        await Promise.all(group.map((Key) => inside.send(new DeleteObjectCommand({ Bucket: bucket, Key }))));
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
  const client = new S3Client({
    endpoint,
    region: config.region,
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    forcePathStyle: config.isPathStyle,
    // Trailing checksums are AWS's own: other stores refuse them. What is stored is held against its SHA-256 here.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Whoever calls is told by what is thrown; without a logger it would be said on the console as well.
    logger: SILENT,
  });
  // Some S3 APIs take "/bucket/" for the signature's "/bucket"; all of them take "/bucket".
  client.middlewareStack.add(
    (next) => (call) => {
      const request = call.request as { path: string };
      if (request.path.length > 1) request.path = request.path.replace(/\/$/, '');
      return next(call);
    },
    { step: 'build' },
  );
  return client;
}

const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };

function noneWhereMissing(error: unknown): null {
  if (error instanceof NoSuchKey || error instanceof NotFound) return null;
  throw error;
}
