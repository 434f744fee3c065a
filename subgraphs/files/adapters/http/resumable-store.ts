import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { Store } from '../../store/store.ts';
import { partKey } from '../objects/keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { endOf, readParts } from '../processing/uploaded-bytes.ts';

/** A part is held in memory until it is written. */
const PART_BYTES = 8 * 1_024 * 1_024;
/** Whoever sends a byte at a time gets no further: the parts of an upload are listed whenever it goes on. */
const MOST_PARTS = 5_000;

/**
 * Keeps what comes of an upload as objects, each named after the offset at which it begins: how far an upload has come
 * is read from them, and stands nowhere else. Any process may go on with it. Two that write at the same time write the
 * same bytes.
 */
export function createResumableStore(store: Store, objects: ObjectStore): DataStore {
  return Object.assign(new DataStore(), {
    extensions: [],

    async getUpload(id: string): Promise<Upload> {
      const [file] = await store.files.get([id]);
      if (file?.state !== 'UPLOADING' || file.method !== 'RESUMABLE') throw ERRORS.FILE_NO_LONGER_EXISTS;
      const parts = await readParts(objects, id);
      if (parts.length >= MOST_PARTS) throw TOO_MANY_PARTS;
      const size = Number(file.sizeBytes);
      return new Upload({ id, size, offset: endOf(parts), creation_date: file.createdAt.toISOString() });
    },

    /** Answers where the upload stands now. What came before a connection broke is kept. */
    async write(source: Readable, id: string, offset: number): Promise<number> {
      let end = offset;
      let pending: Buffer[] = [];
      let pendingBytes = 0;
      const flush = async () => {
        if (pendingBytes === 0) return;
        const part = Buffer.concat(pending);
        pending = [];
        pendingBytes = 0;
        await objects.write(partKey(id, end), part, part.length);
        end += part.length;
      };
      try {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          pending.push(chunk);
          pendingBytes += chunk.length;
          if (pendingBytes >= PART_BYTES) await flush();
        }
      } finally {
        await flush();
      }
      return end;
    },
  });
}

const TOO_MANY_PARTS = {
  status_code: 413,
  body: 'Too many small parts: start the upload again, with larger ones.\n',
};
