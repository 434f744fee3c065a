import type { PageInfo__Output } from '#gen/proto/fitme/paging/v1/PageInfo.ts';
import type { Page } from '#platform/service/paging.ts';

/** A page as the proto says it: `edgesOf(page, 'workoutSession', sessionOf)` has edges {workoutSession, cursor}. */
export function edgesOf<Row, Field extends string, Message>(
  { edges, pageInfo }: Page<Row>,
  field: Field,
  present: (row: Row) => Message,
): { edges: ({ [Name in Field]: Message } & { cursor: string })[]; pageInfo: PageInfo__Output } {
  return {
    edges: edges.map(({ row, cursor }) => ({ [field]: present(row), cursor }) as never),
    pageInfo,
  };
}
