import type { AttachmentRow } from '../store/attachments.ts';
import type { Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { filePrefix, uploadOf, uploadPrefix } from './objects/keys.ts';
import type { ObjectStore } from './objects/object-store.ts';
import { clear } from './processing/processor.ts';

/** Deletes what nobody needs any more. Whatever is cut off is gone on with: rows outlive their objects. */
export interface Leftovers {
  /** Deletes the objects of files that are out of sight, and then their rows. */
  deleteHidden(ids: readonly string[]): Promise<void>;
  /** Everything: uploads that were never completed, files that hang on nothing, bytes that came too late. */
  sweep(signal: AbortSignal): Promise<void>;
  /** Deletes all files of a person. Run twice, it changes nothing more. */
  erase(ownerId: string): Promise<void>;
}

/** What one turn takes; statements stay short. */
const BATCH = 500;
/** An attachment is looked at again after so long: its domain may have dropped it without a word. */
const CHECK_AFTER_MS = 24 * 60 * 60_000;

export function createLeftovers({
  store,
  objects,
  access,
  now,
}: {
  store: Store;
  objects: ObjectStore;
  access: Access;
  now(): number;
}): Leftovers {
  async function deleteHidden(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await clear(objects, uploadPrefix(id));
      await clear(objects, filePrefix(id));
    }
    await store.leftovers.forget(ids);
  }

  /** Those of before, too, whose deletion was cut off. */
  async function deleteAllHidden(ownerId?: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const hidden = await store.leftovers.hidden(BATCH, ownerId);
      if (hidden.length === 0 || signal?.aborted) return;
      await deleteHidden(hidden.map(({ id }) => id));
    }
  }

  async function checkAttachments(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const asked = await store.attachments.unchecked(new Date(now() - CHECK_AFTER_MS), BATCH);
      if (asked.length === 0) return;
      const standing = await access.standing(asked);
      const keys = new Set(standing.map(keyOf));
      await store.attachments.settle(
        asked.filter((row) => keys.has(keyOf(row))),
        asked.filter((row) => !keys.has(keyOf(row))),
      );
    }
  }

  /** Whoever has a signed URL may write after the upload was completed. */
  async function deleteLateBytes(): Promise<void> {
    const listed = await objects.list('uploads/');
    const byUpload = Map.groupBy(listed, ({ key }) => uploadOf(key) ?? '');
    byUpload.delete('');
    const underWay = await store.leftovers.underWay([...byUpload.keys()]);
    const late = [...byUpload].filter(([id]) => !underWay.has(id)).flatMap(([, group]) => group);
    if (late.length > 0) await objects.delete(late.map(({ key }) => key));
  }

  return {
    deleteHidden,
    async sweep(signal) {
      while ((await store.leftovers.hideLeftovers(BATCH)) > 0 && !signal.aborted);
      await deleteAllHidden(undefined, signal);
      await deleteLateBytes();
      // At the end: one domain that does not answer keeps nothing else from being deleted.
      await checkAttachments(signal);
    },
    async erase(ownerId) {
      while ((await store.leftovers.hideOwned(ownerId, BATCH)) > 0);
      await deleteAllHidden(ownerId);
      await store.leftovers.forgetKeys(ownerId);
    },
  };
}

function keyOf({ fileId, subjectKind, subjectId }: AttachmentRow): string {
  return `${fileId} ${subjectKind} ${subjectId}`;
}
