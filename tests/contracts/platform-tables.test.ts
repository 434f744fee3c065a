import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const domains = readdirSync('prisma', { withFileTypes: true }).filter((entry) => entry.isDirectory());

function migrationsOf(domain: string): string[] {
  return readdirSync(`prisma/${domain}/migrations`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function sqlOf(domain: string, migration = ''): string {
  return readFileSync(`prisma/${domain}/migrations/${migration}/migration.sql`, 'utf8');
}

it("every domain's first migration is prisma/platform.sql", () => {
  const platform = readFileSync('prisma/platform.sql', 'utf8');
  expect(domains.length).toBeGreaterThanOrEqual(3);
  for (const { name } of domains) expect(sqlOf(name, migrationsOf(name)[0]), name).toBe(platform);
});

it('whoever asks what trainers may see has the tables of prisma/trainer-grants.sql', () => {
  const grants = readFileSync('prisma/trainer-grants.sql', 'utf8');
  const found = domains.flatMap(({ name }) =>
    migrationsOf(name)
      .filter((migration) => migration.endsWith('_trainer_grants'))
      .map((migration) => sqlOf(name, migration)),
  );
  expect(found.length).toBeGreaterThanOrEqual(1);
  for (const sql of found) expect(sql).toBe(grants);
});
