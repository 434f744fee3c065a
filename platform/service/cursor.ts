import { type ZodType, z } from 'zod';
import { invalidField } from '../errors.ts';

/** An instant among a cursor's keys, milliseconds since 1970: what both a Date and PostgreSQL can hold. */
export const cursorInstant = z.int().min(0).max(8_640_000_000_000_000);

/** What a list is sorted by, at one of its items. Values as JSON keeps them. */
export type CursorKeys = readonly (string | number | boolean)[];

/** The cursors of one list. To clients they are opaque, and good for that list alone. */
export interface CursorCodec<Keys extends CursorKeys> {
  /** The cursor of the item with these keys. */
  encode(keys: Keys): string;
  /**
   * The keys behind a cursor that a client sent.
   * @param path - The request's field that holds it, for the message.
   * @throws DomainError INVALID_ARGUMENT where it is malformed, or of another list.
   */
  decode(cursor: string, path: string): Keys;
}

/**
 * Defines the cursors of a list.
 * @param list - Names the list, for example "notifications.inbox"; a cursor of another name is refused.
 * @param keys - What the sort keys must hold.
 */
export function defineCursor<Keys extends CursorKeys>(list: string, keys: ZodType<Keys>): CursorCodec<Keys> {
  return {
    encode: (values) => Buffer.from(JSON.stringify([list, ...values])).toString('base64url'),
    decode(cursor, path) {
      const [name, ...values] = contentOf(cursor) ?? [];
      if (typeof name === 'string' && name !== list) {
        throw invalidField(
          path,
          'This cursor belongs to another list. Send one that this list has answered, or none to start at its end.',
        );
      }
      const parsed = keys.safeParse(values);
      if (name !== list || !parsed.success || values.some((value) => String(value).includes('\0'))) {
        throw invalidField(
          path,
          'This is not a cursor. Send one as this list has answered it, unchanged, or none to start at its end.',
        );
      }
      return parsed.data;
    },
  };
}

function contentOf(cursor: string): unknown[] | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(content) ? content : null;
  } catch {
    return null;
  }
}
