import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Logger } from '#observability/logger.ts';
import {
  type FoundBytes,
  imageTypes,
  mostImageBytes,
  type Rejection,
  rejectionOf,
} from '../../rules/rules.ts';
import type { FileRow } from '../../store/files.ts';
import type { Store } from '../../store/store.ts';
import type { FileFacts } from '../../store/uploads.ts';
import { filePrefix, originalKey, thumbnailKey, uploadPrefix } from '../objects/keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { SizeError } from '../objects/sized-stream.ts';
import { createBytesReader } from './found-bytes.ts';
import { type ReadImage, readImage } from './image.ts';
import { createSlots } from './slots.ts';
import { readUploaded } from './uploaded-bytes.ts';

/** Looks through the bytes that have come, and makes files of them. */
export interface Processor {
  /** Resolves once the file was accepted or rejected, or somebody else is at it. */
  process(fileId: string): Promise<void>;
  /** Begins, and goes on behind the caller's back; a failure is logged, and tried again by the job. */
  begin(fileId: string): void;
  /** Goes on with files that a process has begun with and not finished. */
  resume(signal: AbortSignal): Promise<void>;
  /** Waits for what has begun. */
  close(): Promise<void>;
}

/** Each holds a part of a file, or an image, in memory. */
const FILES_AT_ONCE = 2;
const RESUMED_AT_ONCE = 100;

export function createProcessor({
  store,
  objects,
  log,
}: {
  store: Store;
  objects: ObjectStore;
  log: Logger;
}): Processor {
  const slot = createSlots(FILES_AT_ONCE);
  const running = new Set<Promise<void>>();

  async function look(fileId: string): Promise<void> {
    const file = await store.uploads.claim(fileId);
    if (file === null) return;
    try {
      const outcome = await examine(objects, file);
      const isKept =
        'rejection' in outcome
          ? await store.uploads.reject(fileId, outcome.rejection).then(() => false)
          : await store.uploads.accept(fileId, outcome);
      // Rejected, or deleted meanwhile: what was written stays nowhere.
      if (!isKept) await clear(objects, filePrefix(fileId));
    } catch (error) {
      await store.uploads.release(fileId);
      throw error;
    }
    await clear(objects, uploadPrefix(fileId));
  }

  function process(fileId: string): Promise<void> {
    const work = slot(() => look(fileId)).finally(() => running.delete(work));
    running.add(work);
    return work;
  }

  function begin(fileId: string): void {
    process(fileId).catch((err) => log.warn({ err }, 'a file could not be looked through'));
  }

  return {
    process,
    begin,
    async resume(signal) {
      const abandoned = await store.uploads.abandoned(RESUMED_AT_ONCE);
      for (const { id } of abandoned) {
        if (signal.aborted) return;
        await process(id);
      }
    },
    async close() {
      await Promise.allSettled(running);
    },
  };
}

/** Deletes all objects under a prefix. */
export async function clear(objects: ObjectStore, prefix: string): Promise<void> {
  const listed = await objects.list(prefix);
  if (listed.length > 0) await objects.delete(listed.map(({ key }) => key));
}

/**
 * Copies what came to where clients read it, looking at it on the way: what was looked at is what is kept, whatever the
 * owner of a signed URL writes afterwards.
 */
async function examine(objects: ObjectStore, file: FileRow): Promise<FileFacts | { rejection: Rejection }> {
  const announced = { ...file, sizeBytes: Number(file.sizeBytes) };
  const reader = createBytesReader();
  const bytes = Readable.from(reader.through(await readUploaded(objects, file)), { objectMode: false });
  try {
    await objects.write(originalKey(file.id), bytes, announced.sizeBytes);
  } catch (error) {
    if (error instanceof SizeError) return { rejection: 'SIZE_MISMATCH' };
    throw error;
  }
  const found = await reader.found();
  const rejection = rejectionOf(announced, found);
  if (rejection !== null) return { rejection };
  const image = isPicture(found) ? await readPicture(objects, file.id) : null;
  if (image === 'unreadable') return { rejection: 'UNREADABLE_IMAGE' };
  for (const { size, webp } of image?.thumbnails ?? [])
    await objects.write(thumbnailKey(file.id, size), webp, webp.length);
  return {
    contentType: found.type ?? 'application/octet-stream',
    sha256: found.sha256,
    widthPx: image?.widthPx ?? null,
    heightPx: image?.heightPx ?? null,
    thumbnails: (image?.thumbnails ?? []).map(({ webp: _bytes, ...thumbnail }) => thumbnail),
  };
}

function isPicture({ type, sizeBytes }: FoundBytes): boolean {
  return type !== null && imageTypes.includes(type) && sizeBytes <= mostImageBytes;
}

async function readPicture(objects: ObjectStore, fileId: string): Promise<ReadImage | 'unreadable'> {
  const stream = await objects.read(originalKey(fileId));
  if (stream === null) throw new Error('What was just written is gone.');
  return (await readImage(await buffer(stream))) ?? 'unreadable';
}
