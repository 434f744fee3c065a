import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import { DomainError } from '../../errors.ts';
import { cursorInstant, defineCursor } from '../cursor.ts';
import { maximumPageSize, pageOf, pageRequest, windowOf } from '../paging.ts';

const cursor = defineCursor('test.numbers', z.tuple([z.int()]));
const numbers = Array.from({ length: 10 }, (_, index) => index);
const empty: PageRequest__Output = {};

/** Reads a window of the numbers as a store does: from the start key on, one more than the page, in reading order. */
function read(request: PageRequest__Output) {
  const window = windowOf(request, cursor);
  const from = window.from?.[0];
  const ordered = window.direction === 'forwards' ? numbers : numbers.toReversed();
  const behind = from === undefined ? ordered : ordered.slice(ordered.indexOf(from) + 1);
  return pageOf(behind.slice(0, window.limit), window, cursor, (number) => [number]);
}

function rowsOf(page: ReturnType<typeof read>): number[] {
  return page.edges.map((edge) => edge.row);
}

describe('a page request', () => {
  it('takes a default where it is absent', () => {
    expect(pageRequest.safeParse(null).success).toBe(true);
    expect(windowOf(null, cursor)).toEqual({ direction: 'forwards', size: 20, limit: 21, from: null });
  });

  it('takes a default where it names no size, and begins at the end where its cursor is empty', () => {
    expect(pageRequest.safeParse({ after: '' }).success).toBe(true);
    expect(windowOf({ after: '' }, cursor)).toEqual(windowOf(null, cursor));
  });

  it.each([
    ['both first and last', { ...empty, first: 1, last: 1 }, 'last'],
    ['a first of none', { ...empty, first: 0 }, 'first'],
    ['a negative first', { ...empty, first: -1 }, 'first'],
    ['too large a first', { ...empty, first: maximumPageSize + 1 }, 'first'],
    ['a negative last', { ...empty, last: -1 }, 'last'],
    ['too large a last', { ...empty, last: maximumPageSize + 1 }, 'last'],
    ['before with first', { ...empty, first: 1, before: 'x' }, 'before'],
    ['after with last', { ...empty, last: 1, after: 'x' }, 'after'],
  ])('refuses %s', (_, request, field) => {
    const result = pageRequest.safeParse(request);
    expect(result.error?.issues.map((issue) => issue.path)).toEqual([[field]]);
  });
});

describe('a cursor', () => {
  const moments = defineCursor('test.moments', z.tuple([cursorInstant, z.string()]));
  const forged = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url');

  it('gives back what the list was sorted by', () => {
    expect(moments.decode(moments.encode([1_000, 'ada']), 'page.after')).toEqual([1_000, 'ada']);
  });

  it.each([
    ['an instant that no Date can hold', forged('test.moments', Number.MAX_SAFE_INTEGER, 'ada')],
    ['an instant that PostgreSQL cannot hold', forged('test.moments', -8_640_000_000_000_000, 'ada')],
    ['a text that PostgreSQL cannot hold', forged('test.moments', 1_000, 'a\0da')],
  ])('with %s is refused', (_, text) => {
    expect(() => moments.decode(text, 'page.after')).toThrow(DomainError);
  });
});

describe('pages of a list', () => {
  it('cover it forwards, each item once', () => {
    const seen: number[] = [];
    let page = read({ ...empty, first: 4 });
    expect(page.pageInfo.hasPreviousPage).toBe(false);
    seen.push(...rowsOf(page));
    while (page.pageInfo.hasNextPage) {
      page = read({ ...empty, first: 4, after: page.pageInfo.endCursor });
      expect(page.pageInfo.hasPreviousPage).toBe(true);
      seen.push(...rowsOf(page));
    }
    expect(seen).toEqual(numbers);
  });

  it('cover it backwards in its own order', () => {
    const seen: number[] = [];
    let page = read({ ...empty, last: 4 });
    expect(page.pageInfo.hasNextPage).toBe(false);
    seen.unshift(...rowsOf(page));
    while (page.pageInfo.hasPreviousPage) {
      page = read({ ...empty, last: 4, before: page.pageInfo.startCursor });
      expect(page.pageInfo.hasNextPage).toBe(true);
      seen.unshift(...rowsOf(page));
    }
    expect(seen).toEqual(numbers);
  });

  it('say that nothing follows a page that ends with the list', () => {
    expect(read({ ...empty, first: 10 }).pageInfo).toMatchObject({
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  it('have no cursors where they are empty', () => {
    const page = read({ ...empty, first: 4, after: cursor.encode([9]) });
    expect(page).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });
});

describe('a cursor', () => {
  function refusal(text: string): DomainError {
    try {
      cursor.decode(text, 'page.after');
    } catch (error) {
      if (error instanceof DomainError) {
        return error;
      }
    }
    throw new Error('The cursor was taken.');
  }

  it('gives back its keys', () => {
    expect(cursor.decode(cursor.encode([7]), 'page.after')).toEqual([7]);
  });

  it('is refused by another list, which says so', () => {
    const foreign = defineCursor('test.others', z.tuple([z.int()])).encode([7]);
    expect(refusal(foreign)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'page.after', message: expect.stringContaining('another list') }],
    });
  });

  it.each([
    ['text', 'nonsense'],
    ['JSON that is no list', Buffer.from('{"a":1}').toString('base64url')],
    ['keys of another type', Buffer.from('["test.numbers","7"]').toString('base64url')],
    ['too many keys', Buffer.from('["test.numbers",7,8]').toString('base64url')],
    ['no list name', Buffer.from('[7]').toString('base64url')],
  ])('is refused where it is %s', (_, text) => {
    expect(refusal(text)).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: [{ path: 'page.after', message: expect.stringContaining('not a cursor') }],
    });
  });
});
