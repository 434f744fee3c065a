import type { PageInfo__Output } from '#gen/proto/fitme/paging/v1/PageInfo.ts';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';

/** The arguments of a connection field. */
export interface ConnectionArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

/** A page as a connection type presents it. */
export interface Connection<Edge extends { node: unknown }> {
  edges: (Edge & { cursor: string })[];
  nodes: Edge['node'][];
  pageInfo: {
    startCursor: string | null;
    endCursor: string | null;
    hasNextPage: boolean;
    hasPreviousPage: boolean;
  };
}

/** A `page` field from a connection's arguments; null, which takes the default, where none was given. */
export function pageRequestOf(window: ConnectionArguments): PageRequest__Output | null {
  const { first, after, last, before } = window;
  if (first == null && after == null && last == null && before == null) {
    return null;
  }
  return {
    first: first ?? undefined,
    after: after ?? undefined,
    last: last ?? undefined,
    before: before ?? undefined,
  };
}

/**
 * A connection from a paged response.
 * @param edgeOf - The node of an edge, with further fields of the edge where its type has some.
 */
export function connectionOf<Item extends { cursor: string }, Edge extends { node: unknown }>(
  page: { edges: readonly Item[]; pageInfo: PageInfo__Output | null },
  edgeOf: (item: Item) => Edge,
): Connection<Edge> {
  const edges = page.edges.map((item) => ({ ...edgeOf(item), cursor: item.cursor }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      startCursor: page.pageInfo?.startCursor ?? null,
      endCursor: page.pageInfo?.endCursor ?? null,
      hasNextPage: page.pageInfo?.hasNextPage ?? false,
      hasPreviousPage: page.pageInfo?.hasPreviousPage ?? false,
    },
  };
}
