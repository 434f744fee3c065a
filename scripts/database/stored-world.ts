import pg from 'pg';
import { withConnection } from './connect.ts';
import { readDomains } from './domains.ts';
import { migrateAll } from './migrate.ts';

/** All that the domains keep in PostgreSQL at a moment, and how far their tables had been brought by then. */
export interface StoredWorld {
  /** Of the project. */
  version: string;
  /** ISO 8601. */
  savedAt: string;
  /** By domain. */
  domains: Record<string, StoredDomain>;
}

interface StoredDomain {
  /** Checksums of the migrations that had been applied, by name, in their order. */
  migrations: Record<string, string>;
  /** The rows of each table, as the text of a JSON array: numbers of PostgreSQL are longer than those of JavaScript. */
  tables: Record<string, string>;
}

/** Reads the world of a database that nobody writes to meanwhile. */
export async function saveWorld(adminUrl: string, version: string): Promise<StoredWorld> {
  return withConnection(adminUrl, async (client) => {
    const domains: Record<string, StoredDomain> = {};
    for (const { name } of readDomains()) domains[name] = await saveDomain(client, name);
    return { version, savedAt: new Date().toISOString(), domains };
  });
}

async function saveDomain(client: pg.Client, domain: string): Promise<StoredDomain> {
  const schema = pg.escapeIdentifier(domain);
  const applied = await client.query<{ migration_name: string; checksum: string }>(
    `SELECT migration_name, checksum FROM ${schema}._prisma_migrations ORDER BY migration_name`,
  );
  const tables: Record<string, string> = {};
  for (const { name } of await tablesOf(client, domain)) {
    const rows = `SELECT coalesce(jsonb_agg(to_jsonb(row)), '[]')::text AS rows FROM ${schema}.${pg.escapeIdentifier(name)} row`;
    tables[name] = (await client.query<{ rows: string }>(rows)).rows[0]?.rows ?? '[]';
  }
  const migrations = applied.rows.map(({ migration_name, checksum }) => [migration_name, checksum]);
  return { migrations: Object.fromEntries(migrations), tables };
}

/** Whether a world was stored under migrations that stand unchanged: then the present ones lead on from there. */
export function leadsOn(world: StoredWorld): boolean {
  return readDomains().every(({ name, migrations }) => {
    const stored = Object.entries(world.domains[name]?.migrations ?? {});
    return stored.every(([migration, checksum], index) => {
      const present = migrations[index];
      return present?.name === migration && present.checksum === checksum;
    });
  });
}

/**
 * Fills an empty database with a stored world, its tables as they were then, and brings them up to date as a start does.
 * What happened in it is moved in time, as if it had been stored just now: event logs forget after some weeks.
 *
 * @param adminUrl as a superuser: rows go in without the checks between tables, which held when they were stored
 */
export async function restoreWorld(adminUrl: string, world: StoredWorld): Promise<void> {
  const then = readDomains().flatMap((domain) => {
    const { migrations } = world.domains[domain.name] ?? {};
    if (migrations === undefined) return [];
    return [{ ...domain, migrations: domain.migrations.filter(({ name }) => name in migrations) }];
  });
  await migrateAll({ adminUrl, domains: then });
  await withConnection(adminUrl, async (client) => {
    await client.query('SET session_replication_role = replica');
    for (const { name } of then) await fill(client, name, world);
  });
  await migrateAll({ adminUrl });
}

async function fill(client: pg.Client, domain: string, { domains, savedAt }: StoredWorld): Promise<void> {
  const schema = pg.escapeIdentifier(domain);
  const tables = await tablesOf(client, domain);
  const names = tables.map(({ name }) => `${schema}.${pg.escapeIdentifier(name)}`);
  await client.query(`TRUNCATE ${names.join(', ')}`);
  for (const { name, columns } of tables) {
    const table = `${schema}.${pg.escapeIdentifier(name)}`;
    await client.query(
      `INSERT INTO ${table} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE
       SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
      [domains[domain]?.tables[name] ?? '[]'],
    );
  }
  await client.query(
    `SELECT setval(pg_get_serial_sequence($1, 'entry'), (SELECT coalesce(max(entry), 0) + 1 FROM ${schema}.events), false)`,
    [`${schema}.events`],
  );
  await client.query(`UPDATE ${schema}.events SET occurred_at = occurred_at + (now() - $1::timestamptz)`, [
    savedAt,
  ]);
}

/** A domain's tables, each with those of its columns that rows are written with; partitions stand for nothing themselves. */
async function tablesOf(client: pg.Client, domain: string): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `SELECT c.relname AS name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> '_prisma_migrations'
     GROUP BY c.relname ORDER BY c.relname`,
    [pg.escapeIdentifier(domain)],
  );
  return rows;
}
