import pg from 'pg';
import { domainUrl, giveEventLog, grantAccess } from './database/access.ts';
import { withConnection } from './database/connect.ts';
import { type Domain, readDomains } from './database/domains.ts';
import { openSchemaEngine } from './database/schema-engine.ts';
import { runMain, SetupError } from './terminal.ts';

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
      if (!(await isBehind(client, domain))) continue;
      await apply(adminUrl, domain);
      await giveEventLog(client, domain.name);
    }
    return Object.fromEntries(domains.map(({ name }) => [name, urlOf(name)]));
  });
}

/** Compares with the account of what was applied, so that the engine is only loaded when there is work. */
async function isBehind(client: pg.Client, domain: Domain): Promise<boolean> {
  const table = `${pg.escapeIdentifier(domain.name)}._prisma_migrations`;
  const exists = await client.query('SELECT to_regclass($1) IS NOT NULL AS yes', [table]);
  if (!exists.rows[0].yes) return domain.migrations.length > 0;
  const { rows } = await client.query(
    `SELECT migration_name, checksum FROM ${table} WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL`,
  );
  const applied = new Map(rows.map((row) => [row.migration_name as string, row.checksum as string]));
  const edited = domain.migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum);
  if (edited) {
    throw new SetupError(
      `Migration ${edited.name} of ${domain.name} was changed after it had been applied to this database: ` +
        'restore its text and add a new migration, or start with an empty database.',
    );
  }
  return domain.migrations.some(({ name }) => !applied.has(name));
}

async function apply(adminUrl: string, domain: Domain): Promise<void> {
  const engine = await openSchemaEngine(adminUrl, domain);
  try {
    await engine.apply();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const withoutEngineStack = message.replace(/\n\s+0: .*$/s, '').replaceAll('\n', ': ');
    throw new SetupError(`Migration of ${domain.name} failed: ${withoutEngineStack}`);
  } finally {
    await engine.close();
  }
}

if (import.meta.main) {
  await runMain(async () => {
    const adminUrl = process.env['DATABASE_URL'];
    if (!adminUrl)
      throw new SetupError('Set DATABASE_URL to the database to migrate; "npm start" migrates its own.');
    const urls = await migrateAll({ adminUrl, urlOf: configuredUrl(adminUrl) });
    console.log(`Up to date: ${Object.keys(urls).join(', ')}`);
  });
}

/** A deployment names each domain's connection itself (USERS_DATABASE_URL, ...), with the role's password in it. */
function configuredUrl(adminUrl: string): (domain: string) => string {
  return (domain) => process.env[`${domain.toUpperCase()}_DATABASE_URL`] ?? domainUrl(adminUrl, domain);
}
