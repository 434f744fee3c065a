import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRISMA_DIR } from '../paths.ts';

/** One domain's storage contract, as it stands in `prisma/<name>/`. */
export interface Domain {
  name: string;
  schemaPath: string;
  schema: string;
  migrationsDir: string;
  /** In the order in which they are applied. */
  migrations: Migration[];
}

export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the SQL, as `_prisma_migrations` keeps it. */
  checksum: string;
}

/** The domains that have a Prisma schema, by name. */
export function readDomains(prismaDir: string = PRISMA_DIR): Domain[] {
  return foldersIn(prismaDir)
    .filter((name) => existsSync(join(prismaDir, name, 'schema.prisma')))
    .map((name) => {
      const schemaPath = join(prismaDir, name, 'schema.prisma');
      const migrationsDir = join(prismaDir, name, 'migrations');
      const migrations = foldersIn(migrationsDir).map((folder) => readMigration(migrationsDir, folder));
      return { name, schemaPath, schema: readFileSync(schemaPath, 'utf8'), migrationsDir, migrations };
    });
}

function readMigration(migrationsDir: string, name: string): Migration {
  const sql = readFileSync(join(migrationsDir, name, 'migration.sql'), 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function foldersIn(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
