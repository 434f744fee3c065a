import type { PageInfo__Output } from '#gen/proto/fitme/paging/v1/PageInfo.ts';
import type { OwnedPage } from '#platform/db/paged.ts';
import type { Page } from '#platform/service/paging.ts';

/** A page of an owner's list as the proto says it: `pageOf(page, 'gymId', 'gymClass', classOf)` has edges {gymClass, cursor}. */
export function pageOf<Row, Owner extends string, Field extends string, Message>(
  { ownerId, page }: OwnedPage<Row>,
  owner: Owner,
  field: Field,
  present: (row: Row) => Message,
): Record<Owner, string> & ReturnType<typeof edgesOf<Row, Field, Message>> {
  return { [owner]: ownerId, ...edgesOf(page, field, present) } as never;
}

/** A page as the proto says it. */
export function edgesOf<Row, Field extends string, Message>(
  { edges, pageInfo }: Page<Row>,
  field: Field,
  present: (row: Row) => Message,
): { edges: (Record<Field, Message> & { cursor: string })[]; pageInfo: PageInfo__Output } {
  return {
    edges: edges.map(({ row, cursor }) => ({ [field]: present(row), cursor }) as never),
    pageInfo,
  };
}
