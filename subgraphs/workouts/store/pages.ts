import type { ZodType } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { type CursorCodec, type CursorKeys, defineCursor } from '#platform/service/cursor.ts';

/** Whose lists are read, and which page of each. */
export interface PagesQuery {
  ownerIds: readonly string[];
  page: PageRequest__Output | null;
}

/** The cursors of a list that each of many owners has: good for one owner's alone. */
export function ownedCursor<Keys extends CursorKeys>(
  name: string,
  keys: ZodType<Keys>,
): (ownerId: string) => CursorCodec<Keys> {
  return (ownerId) => defineCursor(`workouts.${name}.${ownerId}`, keys);
}
