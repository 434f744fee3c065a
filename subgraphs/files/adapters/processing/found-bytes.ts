import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import type { FoundBytes } from '../../rules/rules.ts';

/** Signatures stand at the beginning; those of documents in a ZIP need its first entries. */
const HEAD_BYTES = 64 * 1_024;

/** Looks at bytes while they pass. */
export interface BytesReader {
  /** The bytes, passed on. */
  through(source: Readable): AsyncGenerator<Buffer>;
  /** What they were, once all have passed. */
  found(): Promise<FoundBytes>;
}

/** Finds out size, SHA-256 and type of bytes on their way: they are read once. */
export function createBytesReader(): BytesReader {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let headBytes = 0;
  let sizeBytes = 0;

  return {
    async *through(source) {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        if (headBytes < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - headBytes));
        headBytes = Math.min(HEAD_BYTES, headBytes + chunk.length);
        yield chunk;
      }
    },
    async found() {
      const type = await fileTypeFromBuffer(Buffer.concat(head));
      return { sizeBytes, sha256: hash.digest('hex'), type: type?.mime ?? null };
    },
  };
}
