import { type ZodType, z } from 'zod';
import type { PageInfo__Output } from '#gen/proto/fitme/paging/v1/PageInfo.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { CursorCodec, CursorKeys } from './cursor.ts';

/** The most that one page holds. */
export const maximumPageSize = 100;

/** What a page holds where the request names no window. */
export const defaultPageSize = 20;

/** A window on a list, ready for a query. */
export interface PageWindow<Keys extends CursorKeys> {
  /** Backwards: the query must sort the other way round. */
  direction: 'forwards' | 'backwards';
  /** How many items the page holds at most. */
  size: number;
  /** How many rows to read: one more than the page, which tells whether more follow. */
  limit: number;
  /** Keys of the item that the page starts behind, in the direction of reading; null at the list's end. */
  from: Keys | null;
}

/** Items with their cursors, and where they lie in their list. */
export interface Page<Row> {
  edges: { row: Row; cursor: string }[];
  pageInfo: PageInfo__Output;
}

/** Validates a `page` field; one that is absent asks for the first {@link defaultPageSize}. */
export const pageRequest = z
  .object({
    first: z.int().optional(),
    after: z.string().max(1_000).optional(),
    last: z.int().optional(),
    before: z.string().max(1_000).optional(),
  })
  .superRefine((page, context) => {
    const fault = faultOf(page);
    if (fault !== null) {
      context.addIssue({ code: 'custom', path: [fault.field], message: fault.message });
    }
  })
  .nullable() satisfies ZodType<unknown, PageRequest__Output | null>;

/** Whether a page begins at an end of its list, and not behind a cursor, which is good for one list alone. */
export function isFirstPage(page: PageRequest__Output | null): boolean {
  return isEnd(page?.after) && isEnd(page?.before);
}

/**
 * The window that a valid page request asks for.
 * @throws DomainError INVALID_ARGUMENT where the cursor is none of this list's.
 */
export function windowOf<Keys extends CursorKeys>(
  request: PageRequest__Output | null,
  cursor: CursorCodec<Keys>,
): PageWindow<Keys> {
  const page = request ?? {};
  const forwards = page.last === undefined;
  const size = page.last ?? page.first ?? defaultPageSize;
  const from = forwards ? page.after : page.before;
  return {
    direction: forwards ? 'forwards' : 'backwards',
    size,
    limit: size + 1,
    from:
      from === undefined || from === '' ? null : cursor.decode(from, forwards ? 'page.after' : 'page.before'),
  };
}

/**
 * Makes a page of what a query read.
 * @param rows - Up to `limit` rows in the order of reading: the list's own forwards, the opposite backwards.
 */
export function pageOf<Row, Keys extends CursorKeys>(
  rows: readonly Row[],
  window: PageWindow<Keys>,
  cursor: CursorCodec<Keys>,
  keysOf: (row: Row) => Keys,
): Page<Row> {
  const backwards = window.direction === 'backwards';
  const inPage = rows.slice(0, window.size);
  const ordered = backwards ? inPage.reverse() : inPage;
  const edges = ordered.map((row) => ({ row, cursor: cursor.encode(keysOf(row)) }));
  const more = rows.length > window.size;
  // The item whose cursor the page starts at stands on the other side.
  const behind = window.from !== null;
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor,
      endCursor: edges.at(-1)?.cursor,
      hasNextPage: backwards ? behind : more,
      hasPreviousPage: backwards ? more : behind,
    },
  };
}

function faultOf(page: PageRequest__Output): { field: keyof PageRequest__Output; message: string } | null {
  const { first, last, after, before } = page;
  if (first !== undefined && last !== undefined)
    return { field: 'last', message: 'Set either first or last, not both.' };
  const size = last ?? first ?? defaultPageSize;
  if (size < 1 || size > maximumPageSize) {
    const field = last === undefined ? 'first' : 'last';
    return { field, message: `Set either first or last, to a number from 1 to ${maximumPageSize}.` };
  }
  if (last === undefined && !isEnd(before))
    return { field: 'before', message: 'before goes with last; with first, send after.' };
  if (last !== undefined && !isEnd(after))
    return { field: 'after', message: 'after goes with first; with last, send before.' };
  return null;
}

/** Whether a cursor names none: clients begin a list by an empty one, too. */
function isEnd(cursor: string | undefined): boolean {
  return cursor === undefined || cursor === '';
}
