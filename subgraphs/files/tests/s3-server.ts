import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { S3Config } from '../config.ts';

/** An S3 API at work on this machine. */
export interface S3Server {
  config: S3Config;
  /** The variables of a files process that keeps its objects there. */
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** Starts an S3 API with one empty bucket, on a free port. */
export async function startS3Server(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'fitme-s3-'));
  const bucket = 'fitme-files';
  const worker = new Worker(new URL('./s3-worker.ts', import.meta.url), {
    workerData: { directory, configureBuckets: [{ name: bucket }] },
  });
  const [port] = await once(worker, 'message');
  const config: S3Config = {
    endpoint: `http://127.0.0.1:${port}`,
    publicEndpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket,
    // The only key that the server knows.
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    isPathStyle: true,
  };
  return {
    config,
    environment: {
      FILES_STORE: 's3',
      FILES_S3_ENDPOINT: config.endpoint,
      FILES_S3_BUCKET: bucket,
      FILES_S3_ACCESS_KEY_ID: config.accessKeyId,
      FILES_S3_SECRET_ACCESS_KEY: config.secretAccessKey,
    },
    async close() {
      await worker.terminate();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
