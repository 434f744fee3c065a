import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SignedUrls } from '../signed-urls.ts';
import type { ListedObject, ObjectStore } from './object-store.ts';
import { exactly } from './sized-stream.ts';

/** Where the routes of http/ answer for objects of a local directory. */
const OBJECTS_PATH = '/files/objects/';

/** The key in a URL that was signed here. */
export function keyIn(url: string): string {
  const [path = ''] = url.split('?', 1);
  return path.slice(OBJECTS_PATH.length);
}

/** Objects as files of one directory, and signed URLs that lead to this domain's own routes. */
export function createLocalStore(directory: string, urls: SignedUrls): ObjectStore {
  const pathOf = (key: string) => join(directory, key);
  return {
    async write(key, body, sizeBytes) {
      const path = pathOf(key);
      const unfinished = `${path}.${randomUUID()}.unfinished`;
      await mkdir(dirname(path), { recursive: true });
      try {
        await pipeline(
          Readable.from(body),
          exactly(sizeBytes),
          createWriteStream(unfinished, { flush: true }),
        );
        await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },

    async read(key) {
      const file = await open(pathOf(key)).catch(noneWhereMissing);
      return file === null ? null : createReadStream('', { fd: file });
    },

    async sizeOf(key) {
      return (await stat(pathOf(key)).catch(noneWhereMissing))?.size ?? null;
    },

    async list(prefix) {
      // Prefixes end with a slash: they are folders.
      const found = await readdir(pathOf(prefix), { recursive: true, withFileTypes: true }).catch(
        noneWhereMissing,
      );
      const files = (found ?? []).filter((entry) => entry.isFile() && !entry.name.endsWith('.unfinished'));
      const listed = await Promise.all(
        files.map(async (entry): Promise<ListedObject | null> => {
          const path = join(entry.parentPath, entry.name);
          const size = (await stat(path).catch(noneWhereMissing))?.size;
          return size === undefined ? null : { key: path.slice(directory.length + 1), sizeBytes: size };
        }),
      );
      return listed
        .filter((object) => object !== null)
        .sort((left, right) => (left.key < right.key ? -1 : 1));
    },

    async delete(keys) {
      await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })));
    },

    async signPut(key, { sizeBytes, type, expiresAt }) {
      const claims = { type, size: String(sizeBytes) };
      return {
        url: urls.sign('PUT', `${OBJECTS_PATH}${key}`, claims, expiresAt),
        headers: [{ name: 'content-type', value: type }],
      };
    },

    async signGet(key, { type, disposition }, expiresAt) {
      return urls.sign('GET', `${OBJECTS_PATH}${key}`, { type, disposition }, expiresAt);
    },

    close: () => undefined,
  };
}

function noneWhereMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
