import { parentPort, workerData } from 'node:worker_threads';
import S3rver from '@20minutes/s3rver';

/**
 * Runs the S3 API in a thread with globals of its own: it encodes what was signed by encodeURIComponent, which leaves
 * characters that AWS encodes (RFC 3986), so that a URL which names a file would not be taken.
 */
const encode = globalThis.encodeURIComponent;
globalThis.encodeURIComponent = (text) =>
  encode(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const server = new S3rver({ ...workerData, address: '127.0.0.1', port: 0, silent: true });
const { port } = await server.run();
parentPort?.postMessage(port);
