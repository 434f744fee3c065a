import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRISMA_DIR } from '../paths.ts';
import { SetupError } from '../terminal.ts';
import { type Domain, readDomains } from './domains.ts';
import { openSchemaEngine } from './schema-engine.ts';

export const PLATFORM_SQL = join(PRISMA_DIR, 'platform.sql');
/** Of the domains that ask what trainers may see. */
const TRAINER_GRANTS_SQL = join(PRISMA_DIR, 'trainer-grants.sql');

/**
 * Makes sure that each domain's migrations build exactly what its schema.prisma says.
 *
 * @param options.adminUrl a database to which all migrations were applied.
 * @throws SetupError with the SQL that is missing.
 */
export async function assertNoDrift(options: { adminUrl: string; domains?: Domain[] }): Promise<void> {
  const { adminUrl, domains = readDomains() } = options;
  const drifts: string[] = [];
  for (const domain of domains) {
    const sql = await missingSql(adminUrl, domain);
    if (sql) drifts.push(`${domain.name}: "npm run migration -- ${domain.name} <name>" would write\n${sql}`);
  }
  if (drifts.length > 0)
    throw new SetupError(`schema.prisma and the migrations differ.\n${drifts.join('\n')}`);
}

/** The SQL between a domain's migrated tables and its schema.prisma; empty where they agree. */
export async function missingSql(adminUrl: string, domain: Domain): Promise<string> {
  const engine = await openSchemaEngine(adminUrl, domain);
  try {
    return await engine.diff(platformTables());
  } finally {
    await engine.close();
  }
}

/** The tables of the platform, which Prisma does not know. */
function platformTables(): string[] {
  const sql = [PLATFORM_SQL, TRAINER_GRANTS_SQL].map((file) => readFileSync(file, 'utf8')).join('\n');
  return [...sql.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gm)].map((match) => match[1] as string);
}
