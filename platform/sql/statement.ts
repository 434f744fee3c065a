import { createHash } from 'node:crypto';

/**
 * A statement in SQL with the values that it takes and the rows that it answers. Both are declared, and compared with what
 * PostgreSQL says of the statement on the migrated schema (tests/statements): a column that is renamed, another type,
 * and a null that nobody expects fail `npm test`.
 */
export class Statement<
  Values extends readonly unknown[] = readonly unknown[],
  Row = unknown,
  Present extends string = never,
> {
  /** What its connection has it prepared under: it is planned once, and not at each run. One text has one name. */
  readonly name: string;
  readonly text: string;
  declare readonly values: Values;
  declare readonly row: Row;
  /** Columns that the table may have null, and that are not in these rows: for what the statement itself sees to. */
  declare readonly present: Present;

  constructor(text: string) {
    this.text = text;
    this.name = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  }
}

/**
 * Declares a statement: an exported constant of the module that runs it, or a field of one, so that it is found and compared.
 * The text is put together when the module is loaded, never from a request.
 *
 * Rows are as node-postgres gives them, but bigint (int8) columns come as numbers. `Present` names columns that the table may
 * have null, where the statement's conditions leave none.
 */
export function sql<Values extends readonly unknown[], Row = unknown, Present extends string = never>(
  text: string,
): Statement<Values, Row, Present> {
  return new Statement(text);
}

/** The part of a Prisma client that platform code needs inside a transaction. */
export interface SqlTransaction {
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): Promise<Rows>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}

/** Runs a statement inside a transaction, or as a write of its own through Prisma's client; answers its rows. */
export async function queryIn<Values extends readonly unknown[], Row>(
  tx: SqlTransaction,
  { text }: Statement<Values, Row, string>,
  values: NoInfer<Values>,
): Promise<Row[]> {
  const rows = await tx.$queryRawUnsafe<Record<string, unknown>[]>(text, ...values);
  // Prisma's client gives bigint columns as bigints, where a read outside of a transaction gives numbers.
  for (const row of rows) {
    for (const name in row) if (typeof row[name] === 'bigint') row[name] = Number(row[name]);
  }
  return rows as Row[];
}

/** The same, where only the number of rows matters that it wrote or locked. */
export function executeIn<Values extends readonly unknown[]>(
  tx: SqlTransaction,
  { text }: Statement<Values, unknown, string>,
  values: NoInfer<Values>,
): Promise<number> {
  return tx.$executeRawUnsafe(text, ...values);
}
