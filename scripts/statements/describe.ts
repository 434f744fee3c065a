import type pg from 'pg';
import type { Statement } from '../../platform/sql/statement.ts';

/** A column of what a statement answers. */
export interface DescribedColumn {
  name: string;
  type: string;
  /** It is a table's column that may hold null, or one of a table that an outer join may find no row of. */
  nullable: boolean;
}

/** What PostgreSQL says of a statement; types are the names of pg_type, arrays with a leading underscore. */
export interface Description {
  parameters: string[];
  columns: DescribedColumn[];
}

interface Field {
  name: string;
  tableID: number;
  columnID: number;
  dataTypeID: number;
}

/** Types by their oids, and labels of enumerations by their names. */
export interface Types {
  names: ReadonlyMap<number, string>;
  labels: ReadonlyMap<string, readonly string[]>;
}

/** The types of a database. */
export async function readTypes(client: pg.Client): Promise<Types> {
  const types = await client.query<{ oid: number; typname: string }>('SELECT oid, typname FROM pg_type');
  const labels = await client.query<{ name: string; labels: string[] }>(
    `SELECT t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
     FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid GROUP BY t.oid, t.typname`,
  );
  return {
    names: new Map(types.rows.map(({ oid, typname }) => [oid, typname])),
    labels: new Map(labels.rows.map((row) => [row.name, row.labels])),
  };
}

/**
 * Asks PostgreSQL what a statement takes and answers, without running it.
 *
 * @param client - Connected to a migrated database, with the schema of the statement's domain in its search path.
 * @throws DatabaseError where the statement cannot be planned: a table or column that is not there, types that do not go together.
 */
export async function describe(
  client: pg.Client,
  { names }: Types,
  { text }: Pick<Statement, 'text'>,
): Promise<Description> {
  const { parameters, fields } = await prepare(client, text);
  const [nullable, missing] = [await nullableColumns(client, fields), await outerJoined(client, text)];
  return {
    parameters: parameters.map((oid) => names.get(oid) ?? `${oid}`),
    columns: fields.map((field, index) => ({
      name: field.name,
      type: names.get(field.dataTypeID) ?? `${field.dataTypeID}`,
      nullable: nullable.has(`${field.tableID} ${field.columnID}`) || missing.has(index),
    })),
  };
}

/** Parse and Describe of the protocol: node-postgres has no method for it, but runs what brings its own `submit`. */
async function prepare(client: pg.Client, text: string): Promise<{ parameters: number[]; fields: Field[] }> {
  const connection = (client as unknown as { connection: Connection }).connection;
  let parameters: number[] = [];
  const onParameters = (message: { dataTypeIDs: number[] }) => {
    parameters = message.dataTypeIDs;
  };
  connection.once('parameterDescription', onParameters);
  try {
    const fields = await new Promise<Field[]>((resolve, reject) => {
      let described: Field[] = [];
      client.query({
        submit() {
          connection.parse({ name: '', text, types: [] });
          connection.describe({ type: 'S', name: '' });
          connection.sync();
          return null;
        },
        handleRowDescription: (message: { fields: Field[] }) => {
          described = message.fields;
        },
        handleError: reject,
        handleReadyForQuery: () => resolve(described),
        callback: () => undefined,
      } as unknown as pg.Submittable);
    });
    return { parameters, fields };
  } finally {
    connection.off('parameterDescription', onParameters);
  }
}

interface Connection extends NodeJS.EventEmitter {
  parse(message: { name: string; text: string; types: number[] }): void;
  describe(message: { type: 'S'; name: string }): void;
  sync(): void;
}

/** Which of these are columns of a table that may hold null: table and column. */
async function nullableColumns(client: pg.Client, fields: readonly Field[]): Promise<Set<string>> {
  const tables = fields.map(({ tableID }) => tableID).filter((tableID) => tableID !== 0);
  if (tables.length === 0) return new Set();
  const { rows } = await client.query<{ column: string }>(
    `SELECT attrelid::int8 || ' ' || attnum AS column FROM pg_attribute
     WHERE attrelid = ANY ($1::oid[]) AND attnum > 0 AND NOT attnotnull`,
    [tables],
  );
  return new Set(rows.map(({ column }) => column));
}

interface Plan {
  'Node Type': string;
  'Join Type'?: string;
  'Parent Relationship'?: string;
  Output?: string[];
  Plans?: Plan[];
}

/** Which columns come, as they are, from the side of an outer join that may have no row: by the plan, as sqlx finds them. */
async function outerJoined(client: pg.Client, text: string): Promise<Set<number>> {
  if (!/\b(left|right|full)\b/i.test(text)) return new Set();
  const { rows } = await client.query(`EXPLAIN (VERBOSE, GENERIC_PLAN, FORMAT JSON) ${text}`);
  const plan: Plan = rows[0]['QUERY PLAN'][0].Plan;
  const missing = new Set<string>();
  collectMissing(plan, missing);
  return new Set((plan.Output ?? []).flatMap((output, index) => (missing.has(output) ? [index] : [])));
}

function collectMissing(plan: Plan, missing: Set<string>): void {
  const join = plan['Join Type'];
  for (const inner of plan.Plans ?? []) {
    const side = inner['Parent Relationship'];
    const may =
      join === 'Full' || (join === 'Left' && side === 'Inner') || (join === 'Right' && side === 'Outer');
    if (may) for (const output of inner.Output ?? []) missing.add(output);
    collectMissing(inner, missing);
  }
}
