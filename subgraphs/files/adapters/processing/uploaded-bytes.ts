import { Readable } from 'node:stream';
import type { FileRow } from '../../store/files.ts';
import { directKey, offsetOf, partPrefix } from '../objects/keys.ts';
import type { ListedObject, ObjectStore } from '../objects/object-store.ts';

/** Of the file, how many bytes have come. */
export async function uploadedBytes(
  objects: ObjectStore,
  { id, method }: Pick<FileRow, 'id' | 'method'>,
): Promise<number> {
  if (method === 'DIRECT') return (await objects.sizeOf(directKey(id))) ?? 0;
  return endOf(await readParts(objects, id));
}

/** Everything that has come, in order. */
export async function readUploaded(
  objects: ObjectStore,
  { id, method }: Pick<FileRow, 'id' | 'method'>,
): Promise<Readable> {
  const keys = method === 'DIRECT' ? [directKey(id)] : (await readParts(objects, id)).map(({ key }) => key);
  return Readable.from(joined(objects, keys), { objectMode: false });
}

/** Where the next part begins. */
export function endOf(parts: readonly ListedObject[]): number {
  const last = parts.at(-1);
  return last === undefined ? 0 : offsetOf(last.key) + last.sizeBytes;
}

/**
 * The parts that follow on each other from the beginning. Where a connection broke, and its client had gone on already,
 * some may overlap others: they hold the same bytes, and are passed over.
 */
export async function readParts(objects: ObjectStore, fileId: string): Promise<ListedObject[]> {
  const byOffset = new Map(
    (await objects.list(partPrefix(fileId))).map((part) => [offsetOf(part.key), part]),
  );
  const chain: ListedObject[] = [];
  for (let part = byOffset.get(0); part !== undefined; part = byOffset.get(endOf(chain))) {
    if (part.sizeBytes === 0) break;
    chain.push(part);
  }
  return chain;
}

async function* joined(objects: ObjectStore, keys: readonly string[]): AsyncGenerator<Buffer> {
  for (const key of keys) {
    const part = await objects.read(key);
    if (part === null) throw new Error('A part of an upload is gone.');
    yield* part as AsyncIterable<Buffer>;
  }
}
