import pg from 'pg';
import { DATA_DIR, shownPath } from '../paths.ts';
import { SetupError } from '../terminal.ts';
import { domainUrl, giveEventLog, grantAccess } from './access.ts';
import { withConnection } from './connect.ts';
import { type Domain, type Migration, readDomains } from './domains.ts';

export interface MigrateOptions {
  /** The database to migrate, as someone who may make schemas and roles. */
  adminUrl: string;
  /** Default: those of prisma/. */
  domains?: Domain[];
  /** The URL under which a domain will connect. Default: `adminUrl` with the domain's role and a password derived from it. */
  urlOf?: (domain: string) => string;
}

/** Any number that nothing else takes a lock on; two migrations of one database wait for each other. */
const MIGRATION_LOCK = 7_240_155;

/** As Prisma makes it. */
const MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id varchar(36) PRIMARY KEY,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

/**
 * Brings every domain's schema, role and tables up to date, and returns each domain's own connection URL.
 * Quick where there is nothing to do; safe to run twice at the same time.
 *
 * @throws SetupError where a migration was edited after it had been applied, or fails.
 */
export async function migrateAll(options: MigrateOptions): Promise<Record<string, string>> {
  const { adminUrl, domains = readDomains(), urlOf = (domain) => domainUrl(adminUrl, domain) } = options;
  return withConnection(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    for (const domain of domains) {
      await grantAccess(client, domain.name, urlOf(domain.name));
      for (const migration of await missingMigrations(client, domain)) await apply(client, domain, migration);
    }
    return Object.fromEntries(domains.map(({ name }) => [name, urlOf(name)]));
  });
}

/** Compares with the account of what was applied, which is Prisma's own. */
async function missingMigrations(client: pg.Client, domain: Domain): Promise<Migration[]> {
  const table = `${pg.escapeIdentifier(domain.name)}._prisma_migrations`;
  const exists = await client.query('SELECT to_regclass($1) IS NOT NULL AS yes', [table]);
  if (!exists.rows[0].yes) return domain.migrations;
  const { rows } = await client.query(
    `SELECT migration_name, checksum FROM ${table} WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL`,
  );
  const applied = new Map(rows.map((row) => [row.migration_name as string, row.checksum as string]));
  const edited = domain.migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (edited) {
    throw new SetupError(
      `This database was made by an earlier version (${edited.name} of ${domain.name} has changed since) and must be made ` +
        `anew: delete ${shownPath(DATA_DIR)} and start again, or name an empty database in DATABASE_URL.`,
    );
  }
  return domain.migrations.filter(({ name }) => !applied.has(name));
}

/**
 * Applies a migration and enters it in `_prisma_migrations` as `prisma migrate deploy` would, in one transaction with what
 * belongs to it: whoever is killed when, a migration is there whole and known, or not at all.
 */
async function apply(client: pg.Client, { name: domain }: Domain, migration: Migration): Promise<void> {
  try {
    await client.query(`BEGIN; SET LOCAL search_path = ${pg.escapeIdentifier(domain)}; ${MIGRATIONS_TABLE}`);
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES (gen_random_uuid(), $1, $2, clock_timestamp(), 1)`,
      [migration.checksum, migration.name],
    );
    await giveEventLog(client, domain);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    const why = error instanceof Error ? error.message : String(error);
    throw new SetupError(`Migration of ${domain} failed: ${migration.name}: ${why}`);
  }
}
