import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** PostgreSQL's internal one-letter type "char", in which its catalogue keeps kinds. */
const CHAR_OID = 18;

interface CatalogAdapters {
  adapters: PrismaPg;
  close(): Promise<void>;
}

/**
 * The `pg` driver for Prisma's schema engine, for which unqualified names mean `schema`.
 *
 * Two amendments to Prisma's own adapter: it refuses the type "char", and it shows the engine NOT NULL constraints, which
 * PostgreSQL 18 lists and the engine cannot read (prisma/orm#29635).
 */
export function createCatalogAdapters(adminUrl: string, schema: string): CatalogAdapters {
  const pool = new pg.Pool({ connectionString: adminUrl, options: `-c search_path=${schema}`, max: 2 });
  const charColumns = passCharAsText(pool);
  const adapters = new PrismaPg(pool, { schema });
  const connect = adapters.connect.bind(adapters);
  adapters.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw({
        ...query,
        sql: query.sql.replace("NOT IN ('p', 'u', 'f')", "IN ('c', 'x')"),
      });
      for (const index of charColumns.get(result.rows) ?? [])
        result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    };
    return adapter;
  };
  return { adapters, close: () => pool.end() };
}

/** Lets the adapter see text, and remembers for each result which columns they were. */
function passCharAsText(pool: pg.Pool): WeakMap<unknown[], number[]> {
  const charColumns = new WeakMap<unknown[], number[]>();
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryArrayResult>;
  pool.query = (async (...args: unknown[]) => {
    const result = await query(...args);
    if (Array.isArray(result)) return result; // of a script: nobody reads it
    const found = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
    for (const index of found)
      Object.assign(result.fields[index] ?? {}, { dataTypeID: pg.types.builtins.TEXT });
    charColumns.set(result.rows, found);
    return result;
  }) as typeof pool.query;
  return charColumns;
}
