import type { ZodType } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { type CursorCodec, type CursorKeys, defineCursor } from '#platform/service/cursor.ts';
import { type Page, type PageWindow, pageOf, windowOf } from '#platform/service/paging.ts';

/** A list that each of many owners has: a person's sessions, a session's sets. */
export interface OwnedList<Row, Keys extends CursorKeys> {
  /** Names it, for its cursors. */
  name: string;
  /** SELECT of all its rows, which have an id. */
  rows: string;
  /** Column of `rows` that names the owner. */
  owner: string;
  /** Columns of `rows` that it is sorted by, with their types. */
  sort: readonly { column: string; type: 'timestamptz' | 'uuid' | 'integer' | 'text' }[];
  order: 'ASC' | 'DESC';
  keys: ZodType<Keys>;
  keysOf(row: Row): Keys;
}

/** One more condition on the rows; in `sql`, `?` stands for the value. */
export interface Condition {
  sql: string;
  value: unknown;
}

/** A page of one owner's list. */
export interface OwnedPage<Row> {
  ownerId: string;
  page: Page<Row>;
}

export interface PagesQuery {
  ownerIds: readonly string[];
  page: PageRequest__Output | null;
  where?: readonly Condition[];
}

/**
 * The same window on the list of each of these owners, in one statement; one entry an owner.
 * @throws DomainError INVALID_ARGUMENT where the page's cursor is none of this list.
 */
export async function readPages<Row extends { id: string }, Keys extends CursorKeys>(
  db: Pick<Database<unknown>, 'query'>,
  list: OwnedList<Row, Keys>,
  { ownerIds, page, where = [] }: PagesQuery,
  signal: AbortSignal,
): Promise<OwnedPage<Row>[]> {
  // A cursor comes only where one owner is named.
  const window = windowOf(page, cursorOf(list, ownerIds[0] ?? ''));
  const bounds = list.sort.map(({ type }, index) => {
    const bound = window.from?.[index] ?? null;
    return bound !== null && type === 'timestamptz' ? new Date(bound as number) : bound;
  });
  const rows = await db.query<PageRow<Row>>(
    pagesSql(list, window, where),
    [ownerIds, window.limit, ...bounds, ...where.map(({ value }) => value)],
    signal,
  );
  return [...Map.groupBy(rows, ({ pageOf: ownerId }) => ownerId)].map(([ownerId, group]) => ({
    ownerId,
    page: pageOf(group.flatMap(rowIn), window, cursorOf(list, ownerId), list.keysOf),
  }));
}

/** A row of an owner's page; one without an id where the page is empty. */
type PageRow<Row> = (Row | { id: null }) & { pageOf: string };

function rowIn<Row extends { id: string }>({ pageOf: _owner, ...row }: PageRow<Row>): Row[] {
  return row.id === null ? [] : [row as unknown as Row];
}

function cursorOf<Row, Keys extends CursorKeys>(
  { name, keys }: OwnedList<Row, Keys>,
  ownerId: string,
): CursorCodec<Keys> {
  return defineCursor(`workouts.${name}.${ownerId}`, keys);
}

/** One row without an id for an owner whose page is empty: that it is, is an answer too. */
function pagesSql(
  { rows, owner, sort, order }: Pick<OwnedList<never, CursorKeys>, 'rows' | 'owner' | 'sort' | 'order'>,
  { direction }: Pick<PageWindow<CursorKeys>, 'direction'>,
  where: readonly Condition[],
): string {
  const ascending = (order === 'ASC') === (direction === 'forwards');
  const columns = sort.map(({ column }) => `t."${column}"`).join(', ');
  const bounds = sort.map(({ type }, index) => `$${index + 3}::${type}`);
  const conditions = [
    `t."${owner}" = owner.id`,
    `(${bounds[0]} IS NULL OR (${columns}) ${ascending ? '>' : '<'} (${bounds.join(', ')}))`,
    ...where.map(({ sql }, index) => sql.replace('?', `$${index + 3 + sort.length}`)),
  ];
  const sorted = (table: string) =>
    sort.map(({ column }) => `${table}."${column}" ${ascending ? 'ASC' : 'DESC'}`).join(', ');
  return `
    SELECT owner.id AS "pageOf", found.*
    FROM unnest($1::uuid[]) WITH ORDINALITY AS owner (id, place) LEFT JOIN LATERAL (
      SELECT t.* FROM (${rows}) t WHERE ${conditions.join(' AND ')} ORDER BY ${sorted('t')} LIMIT $2
    ) found ON true
    ORDER BY owner.place, ${sorted('found')}`;
}
