import { LRUCache } from 'lru-cache';
import { servingOf, type ThumbnailName } from '../rules/rules.ts';
import type { FileRow } from '../store/files.ts';
import { originalKey, thumbnailKey } from './objects/keys.ts';
import type { ObjectStore, Serving } from './objects/object-store.ts';

/** A URL for reading, and when it ends, milliseconds since 1970. */
export interface SignedDownload {
  url: string;
  expiresAt: number;
}

/** Where the bytes of a file are. */
export interface FileDownloads {
  original: SignedDownload;
  thumbnails: { size: ThumbnailName; widthPx: number; heightPx: number; download: SignedDownload }[];
}

/** Signs URLs of files that can be used. Who may have them is asked before. */
export interface Downloads {
  of(file: FileRow): Promise<FileDownloads>;
}

/** URLs that are kept; each has about 1 KiB. */
const MOST_KEPT = 10_000;

/**
 * URLs end at the same instants for everybody: asked for again, a file has the same URL for a third of the time, and is in
 * the browser's cache. A URL is good for at least two thirds of `seconds`, and for no more than that.
 */
export function createDownloads({
  objects,
  seconds,
  now,
}: {
  objects: ObjectStore;
  seconds: number;
  now(): number;
}): Downloads {
  const turnMs = (seconds * 1_000) / 3;
  const kept = new LRUCache<string, Promise<string>>({ max: MOST_KEPT });

  function sign(key: string, serving: Serving, expiresAt: number): Promise<string> {
    const name = `${expiresAt} ${key}`;
    const present = kept.get(name);
    if (present !== undefined) return present;
    const signed = objects.signGet(key, serving, expiresAt);
    kept.set(name, signed);
    signed.catch(() => kept.delete(name));
    return signed;
  }

  return {
    async of(file) {
      // Whole seconds: that is how URLs count.
      const expiresAt = Math.floor(((Math.floor(now() / turnMs) + 3) * turnMs) / 1_000) * 1_000;
      const original = servingOf(file.contentType, file.name);
      const small = servingOf('image/webp', `${file.name}.webp`);
      const thumbnails = file.thumbnails as { size: ThumbnailName; widthPx: number; heightPx: number }[];
      return {
        original: { url: await sign(originalKey(file.id), original, expiresAt), expiresAt },
        thumbnails: await Promise.all(
          thumbnails.map(async (thumbnail) => ({
            ...thumbnail,
            download: { url: await sign(thumbnailKey(file.id, thumbnail.size), small, expiresAt), expiresAt },
          })),
        ),
      };
    },
  };
}
