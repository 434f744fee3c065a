import { describe, expect, it } from 'vitest';
import { connectionOf, pageRequestOf } from '../connections.ts';

describe('connection arguments', () => {
  it('become no page request where none was given', () => {
    expect(pageRequestOf({ first: null })).toBeNull();
  });

  it('keep an explicit zero, so that the service refuses it', () => {
    expect(pageRequestOf({ first: 0 })).toEqual({ first: 0 });
  });

  it('become a page request', () => {
    expect(pageRequestOf({ last: 3, before: 'c' })).toEqual({ last: 3, before: 'c' });
  });
});

describe('a connection', () => {
  it('holds edges, nodes and where the page lies', () => {
    const pageInfo = { startCursor: 'a', endCursor: 'b', hasNextPage: true, hasPreviousPage: false };
    const edges = [
      { id: 1, cursor: 'a' },
      { id: 2, cursor: 'b' },
    ];
    expect(connectionOf({ edges, pageInfo }, ({ id }) => ({ node: { id }, order: id }))).toEqual({
      edges: [
        { node: { id: 1 }, order: 1, cursor: 'a' },
        { node: { id: 2 }, order: 2, cursor: 'b' },
      ],
      nodes: [{ id: 1 }, { id: 2 }],
      pageInfo,
    });
  });

  it('answers null for the cursors of an empty page', () => {
    const pageInfo = { hasNextPage: false, hasPreviousPage: false };
    expect(connectionOf({ edges: [], pageInfo }, () => ({ node: null })).pageInfo).toEqual({
      startCursor: null,
      endCursor: null,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });
});
