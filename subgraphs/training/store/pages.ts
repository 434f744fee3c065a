import type { ZodType } from 'zod';
import { type CursorCodec, type CursorKeys, defineCursor } from '#platform/service/cursor.ts';

/** The cursors of a list that each of many owners has: good for one owner's alone. */
export function ownedCursor<Keys extends CursorKeys>(
  name: string,
  keys: ZodType<Keys>,
): (ownerId: string) => CursorCodec<Keys> {
  return (ownerId) => defineCursor(`training.${name}.${ownerId}`, keys);
}
