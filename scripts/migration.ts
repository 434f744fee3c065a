import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Domain, readDomains } from './database/domains.ts';
import { missingSql, PLATFORM_SQL } from './database/drift.ts';
import { migrateAll } from './database/migrate.ts';
import { createGuard } from './processes/guard.ts';
import { startThrowAwayPostgres } from './services/throw-away.ts';
import { runMain, SetupError } from './terminal.ts';

/**
 * Writes the migration that leads from a domain's migrations to its schema.prisma, and answers with its file, or an empty
 * string where they agree. A domain's first migration is the platform's tables. Read what it wrote before it is committed:
 * a column that is renamed looks like one dropped and another added.
 */
export async function writeMigration(domainName: string, name: string, now = new Date()): Promise<string> {
  const domain = readDomain(domainName);
  if (domain.migrations.length === 0) {
    write(domain, now, 'platform', readFileSync(PLATFORM_SQL, 'utf8'));
    return writeMigration(domainName, name, new Date(now.getTime() + 1_000));
  }
  const guard = createGuard();
  const postgres = await startThrowAwayPostgres(guard);
  try {
    await migrateAll({ adminUrl: postgres.url, domains: [domain] });
    const sql = await missingSql(postgres.url, domain);
    return sql && write(domain, now, name, sql);
  } finally {
    await postgres.close();
    await guard.close();
  }
}

function readDomain(name: string): Domain {
  const domains = readDomains();
  const domain = domains.find((candidate) => candidate.name === name);
  if (domain) return domain;
  throw new SetupError(
    `There is no prisma/${name}/schema.prisma; domains: ${domains.map((each) => each.name).join(', ')}.`,
  );
}

function write(domain: Domain, now: Date, name: string, sql: string): string {
  const stamp = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = join(domain.migrationsDir, `${stamp}_${name}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'migration.sql');
  writeFileSync(file, sql);
  return file;
}

if (import.meta.main) {
  await runMain(async () => {
    const [domain, name] = process.argv.slice(2);
    if (!domain || !/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
      throw new SetupError('Usage: npm run migration -- <domain> <name_in_small_letters>');
    }
    const file = await writeMigration(domain, name as string);
    console.log(
      file
        ? `Wrote ${file}`
        : `Nothing to do: the migrations of ${domain} build what its schema.prisma says.`,
    );
  });
}
