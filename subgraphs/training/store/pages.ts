import type { ZodType } from 'zod';
import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { Database } from '#platform/db/database.ts';
import { type CursorCodec, defineCursor } from '#platform/service/cursor.ts';
import { type Page, pageOf, windowOf } from '#platform/service/paging.ts';
import { keysetOf } from './keyset.ts';

/** Sort keys: an instant (milliseconds since 1970) or a text, then an id. */
export type PageKeys = [number | string, string];

/** A list that each of many owners has: a gym's classes, a session's bookings. */
export interface OwnedList<Row, Keys extends PageKeys> {
  /** Names it, for its cursors. */
  name: string;
  /** SELECT of all its rows. */
  rows: string;
  /** Column of `rows` that names the owner. */
  owner: string;
  /** Columns of `rows` that it is sorted by. The second names a row, and is null in none. */
  sort: { column: string; type: 'timestamptz' | 'text'; id: string };
  order: 'ASC' | 'DESC';
  keys: ZodType<Keys>;
  keysOf(row: Row): Keys;
}

export interface PagesQuery {
  ownerIds: readonly string[];
  page: PageRequest__Output | null;
  /** JOIN of those owners, called `owner`, that there are and that the viewer may see. */
  owners: string;
  /** One more condition on the rows, called `t`. */
  where?: string;
  /** For the parameters of `owners` and `where`, from $5 on. */
  values?: readonly unknown[];
}

/** A page of one owner's list. */
export interface OwnedPage<Row> {
  ownerId: string;
  page: Page<Row>;
}

/**
 * The same window on the list of each of these owners, in one statement; one entry for each that is to be seen.
 * @throws DomainError INVALID_ARGUMENT where the page's cursor is none of this list
 */
export async function readPages<Row extends object, Keys extends PageKeys>(
  db: Pick<Database<unknown>, 'query'>,
  list: OwnedList<Row, Keys>,
  { ownerIds, page, owners, where = 'true', values = [] }: PagesQuery,
  signal?: AbortSignal,
): Promise<OwnedPage<Row>[]> {
  // A cursor comes only where one owner is named.
  const window = windowOf(page, cursorOf(list, ownerIds[0] ?? ''));
  const { column, type, id } = list.sort;
  const keyset = keysetOf(window, { sort: `t.${column}`, type, id: `t.${id}` }, list.order, 2);
  const { condition, order } = keyset;
  const rows = await db.query<Row & { pageOf: string }>(
    `SELECT owner.id AS "pageOf", found.*
     FROM unnest($1::uuid[]) AS owner (id) ${owners} LEFT JOIN LATERAL (
       SELECT t.* FROM (${list.rows}) AS t WHERE t.${list.owner} = owner.id AND ${where} AND ${condition}
       ORDER BY t.${column} ${order}, t.${id} ${order} LIMIT $2
     ) AS found ON true
     ORDER BY owner.id, found.${column} ${order}, found.${id} ${order}`,
    [ownerIds, ...keyset.values, ...values],
    signal,
  );
  return [...Map.groupBy(rows, (row) => row.pageOf)].map(([ownerId, group]) => ({
    ownerId,
    page: pageOf(rowsIn(group, id), window, cursorOf(list, ownerId), list.keysOf),
  }));
}

/** An owner whose page is empty has one row, in which all is null: that it is empty is an answer, too. */
function rowsIn<Row extends object>(group: (Row & { pageOf: string })[], id: string): Row[] {
  const name = id.replaceAll('"', '') as keyof Row;
  return group.filter((row) => row[name] !== null).map(({ pageOf: _owner, ...row }) => row as unknown as Row);
}

function cursorOf<Row, Keys extends PageKeys>(
  { name, keys }: OwnedList<Row, Keys>,
  ownerId: string,
): CursorCodec<Keys> {
  return defineCursor(`training.${name}.${ownerId}`, keys);
}
