import type { PageRequest__Output } from '#gen/proto/fitme/paging/v1/PageRequest.ts';
import type { CursorCodec, CursorKeys } from '../service/cursor.ts';
import { type Page, type PageWindow, pageOf, windowOf } from '../service/paging.ts';
import { type Statement, sql } from '../sql/statement.ts';
import type { Database } from './database.ts';

/** How a list is sorted. */
export interface Keyset {
  /** Columns and their types. The last one makes the order total; all are sorted the same way. */
  by: readonly SortColumn[];
  /** How the list stands when it is read forwards. */
  order: 'ASC' | 'DESC';
}

export type SortColumn = readonly [
  column: string,
  type: 'timestamptz' | 'date' | 'uuid' | 'text' | 'integer' | 'bigint',
];

/** The parts of a page's statement that go by its window. */
export interface KeysetParts {
  /** Goes into WHERE: true, or what stands behind the keys that the page begins at. */
  behind: string;
  /** Goes into ORDER BY. */
  order: string;
  /** Goes behind LIMIT. */
  limit: string;
  /** ASC or DESC, for what is sorted outside, too. */
  direction: 'ASC' | 'DESC';
}

/** A list of which windows are read: a statement for each direction, from the list's end and behind a cursor. */
export interface PagedStatement<Values extends readonly unknown[], Row, Keys extends CursorKeys> {
  keyset: Keyset;
  forwards: WindowStatements<Values, Row>;
  backwards: WindowStatements<Values, Row>;
  /** Of the type alone: the keys of this list's cursors. */
  keys?: Keys;
}

interface WindowStatements<Values extends readonly unknown[], Row> {
  /** Takes the limit behind its own values. */
  fromEnd: Statement<[...Values, limit: number], Row>;
  /** Takes the keys behind the limit. */
  behind: Statement<[...Values, limit: number, ...keys: unknown[]], Row>;
}

/**
 * Declares a list that is paged by keyset. Its four texts stand fast: PostgreSQL plans each once, and finds an index for it.
 *
 * @param text - The statement, with its own values as $1, $2 …; those of the page are numbered behind them.
 */
export function paged<Values extends readonly unknown[], Row, Keys extends CursorKeys>(
  keyset: Keyset,
  text: (parts: KeysetParts) => string,
): PagedStatement<Values, Row, Keys> {
  const inDirection = (direction: 'ASC' | 'DESC'): WindowStatements<Values, Row> => ({
    fromEnd: sql(numbered(text(partsOf(keyset, direction, 'fromEnd')))),
    behind: sql(numbered(text(partsOf(keyset, direction, 'behind')))),
  });
  const reversed = keyset.order === 'ASC' ? 'DESC' : 'ASC';
  return { keyset, forwards: inDirection(keyset.order), backwards: inDirection(reversed) };
}

/** Reads a window of a list, in the order of reading, for {@link pageOf}. */
export function readWindow<Values extends readonly unknown[], Row, Keys extends CursorKeys>(
  db: Pick<Database<unknown>, 'query'>,
  { keyset, ...statements }: PagedStatement<Values, Row, Keys>,
  values: NoInfer<Values>,
  window: PageWindow<NoInfer<Keys>>,
  signal?: AbortSignal,
): Promise<Row[]> {
  const { fromEnd, behind } = statements[window.direction];
  if (window.from === null) return db.query(fromEnd, [...values, window.limit], signal);
  const keys = window.from.map((key, index) =>
    keyset.by[index]?.[1] === 'timestamptz' ? new Date(key as number) : key,
  );
  const behindKeys: readonly unknown[] = [...values, window.limit, ...keys];
  return db.query(behind, behindKeys as [...Values, limit: number, ...keys: unknown[]], signal);
}

/** A list that each of many owners has: a gym's classes, a session's sets. */
export interface OwnedList<Row, Keys extends CursorKeys> extends Keyset {
  /** SELECT of all its rows; `by` names the columns as they come out. The first is null in none. */
  rows: string;
  /** Column of `rows` that names the owner. */
  owner: string;
  /** JOIN of those owners, called `owner`, that there are and that the viewer may see; its values are $2 and on. */
  owners?: string;
  /** One more condition on the rows, called `t`; its values are behind those of `owners`. */
  where?: string;
  /** A row's keys, an instant in milliseconds since 1970. */
  keysOf(row: Row): Keys;
}

/** A list of which the same page is read for many owners. */
export interface OwnedPages<Values extends readonly unknown[], Row, Keys extends CursorKeys> {
  statement: PagedStatement<[ownerIds: readonly string[], ...Values], OwnedRow<Row>, Keys>;
  keysOf(row: Row): Keys;
}

/** A row of an owner's page. Where the page is empty, one row has nulls: that it is empty is an answer, too. */
export type OwnedRow<Row> = (Row | { [Column in keyof Row]: null }) & { pageOf: string };

/** A page of one owner's list. */
export interface OwnedPage<Row> {
  ownerId: string;
  page: Page<Row>;
}

/** Declares a list that each of many owners has. */
export function ownedPages<Values extends readonly unknown[], Row, Keys extends CursorKeys>({
  rows,
  owner,
  owners = '',
  where = 'true',
  keysOf,
  by,
  order,
}: OwnedList<Row, Keys>): OwnedPages<Values, Row, Keys> {
  const inside = { by: by.map(([column, type]) => [`t.${column}`, type] as const), order };
  const text = (parts: KeysetParts) => `
    SELECT owner.id AS "pageOf", found.*
    FROM unnest($1::uuid[]) WITH ORDINALITY AS owner (id, place) ${owners} LEFT JOIN LATERAL (
      SELECT t.* FROM (${rows}) AS t WHERE t.${owner} = owner.id AND ${where} AND ${parts.behind}
      ORDER BY ${parts.order} LIMIT ${parts.limit}
    ) AS found ON true
    ORDER BY owner.place, ${by.map(([column]) => `found.${column} ${parts.direction}`).join(', ')}`;
  return { statement: paged(inside, text), keysOf };
}

/**
 * Reads the same page of the list of each of these owners, in one statement; one entry for each that is to be seen.
 *
 * @param cursorOf - The cursors of an owner's list.
 * @throws DomainError INVALID_ARGUMENT where the page's cursor is none of the list
 */
export async function readPages<Values extends readonly unknown[], Row, Keys extends CursorKeys>(
  db: Pick<Database<unknown>, 'query'>,
  { statement, keysOf }: OwnedPages<Values, Row, Keys>,
  {
    ownerIds,
    page,
    values,
  }: { ownerIds: readonly string[]; page: PageRequest__Output | null; values: NoInfer<Values> },
  cursorOf: (ownerId: string) => CursorCodec<NoInfer<Keys>>,
  signal?: AbortSignal,
): Promise<OwnedPage<Row>[]> {
  // A cursor comes only where one owner is named.
  const window = windowOf(page, cursorOf(ownerIds[0] ?? ''));
  const rows = await readWindow(db, statement, [ownerIds, ...values], window, signal);
  const [[first = ''] = []] = statement.keyset.by;
  const key = /^t\."?(\w+)/.exec(first)?.[1] as keyof Row;
  return [...Map.groupBy(rows, (row) => row.pageOf)].map(([ownerId, group]) => {
    const found = group
      .filter((row): row is Row & { pageOf: string } => row[key] !== null)
      .map(({ pageOf: _owner, ...row }) => row as unknown as Row);
    return { ownerId, page: pageOf(found, window, cursorOf(ownerId), keysOf) };
  });
}

const LIMIT = '$limit';

function partsOf({ by }: Keyset, direction: 'ASC' | 'DESC', from: 'fromEnd' | 'behind'): KeysetParts {
  const columns = by.map(([column]) => column).join(', ');
  const keys = by.map(([, type], index) => `$key${index}::${type}`).join(', ');
  return {
    behind: from === 'behind' ? `(${columns}) ${direction === 'ASC' ? '>' : '<'} (${keys})` : 'true',
    order: by.map(([column]) => `${column} ${direction}`).join(', '),
    limit: LIMIT,
    direction,
  };
}

/** Numbers the page's placeholders behind those of the statement itself. */
function numbered(text: string): string {
  const own = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  return text
    .replaceAll(LIMIT, `$$${own + 1}::integer`)
    .replaceAll(/\$key(\d+)/g, (_, index) => `$${own + 2 + Number(index)}`);
}
