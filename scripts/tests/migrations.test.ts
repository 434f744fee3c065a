import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readDomains } from '../database/domains.ts';
import { assertNoDrift, PLATFORM_SQL } from '../database/drift.ts';
import { migrateAll } from '../database/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../test-services.ts';

const DENIED = '42501';
const domains = readDomains();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(inject('adminUrl'));
});
afterAll(() => database.drop());

test('the migrations build what each schema.prisma says', async () => {
  await assertNoDrift({ adminUrl: database.adminUrl });
});

test('a schema that its migrations do not build is refused, with the SQL that is missing', async () => {
  const changed = domains.slice(0, 1).map((domain) => ({
    ...domain,
    schema: `${domain.schema}\nmodel Forgotten {\n  id String @id\n}\n`,
  }));
  await expect(assertNoDrift({ adminUrl: database.adminUrl, domains: changed })).rejects.toThrow(
    'CREATE TABLE "Forgotten"',
  );
});

test('migrating twice at the same time changes nothing', async () => {
  const migrate = () => migrateAll({ adminUrl: database.adminUrl });
  const [first, second] = await Promise.all([migrate(), migrate()]);
  expect(first).toEqual(second);
  expect(first).toEqual(database.urls);
});

test('a migration that was edited after it had been applied is refused', async () => {
  const edited = domains.map((domain) => ({
    ...domain,
    migrations: domain.migrations.map((migration) => ({ ...migration, checksum: 'another' })),
  }));
  await expect(migrateAll({ adminUrl: database.adminUrl, domains: edited })).rejects.toThrow(
    'must be made anew: delete ',
  );
});

test('a migration that fails leaves no trace, and applies once it is mended', async () => {
  const [domain] = domains;
  if (!domain) return;
  const withLast = (sql: string) => ({
    adminUrl: database.adminUrl,
    domains: [
      { ...domain, migrations: [...domain.migrations, { name: '99990101000000_last', sql, checksum: '' }] },
    ],
  });
  await expect(
    migrateAll(withLast('CREATE TABLE half (id int); CREATE TABLE half (id int);')),
  ).rejects.toThrow(`Migration of ${domain.name} failed`);
  await migrateAll(withLast('CREATE TABLE half (id int); DROP TABLE half;'));
});

describe.each(domains)('the role of $name', ({ name, migrations }) => {
  let client: pg.Client;

  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.urls[name] });
    await client.connect();
  });
  afterAll(() => client.end());

  test('finds its own tables without naming its schema', async () => {
    const { rows } = await client.query('SELECT current_schema AS schema, count(*) FROM topics');
    expect(rows).toEqual([{ schema: name, count: '0' }]);
  });

  test("is refused another domain's tables, the public schema and the structure of its own tables", async () => {
    const others = domains.filter((domain) => domain.name !== name);
    const refused = [
      ...others.map((other) => `SELECT * FROM ${other.name}.topics`),
      ...others.map((other) => `CREATE TABLE ${other.name}_jobs.intruder (id int)`),
      'CREATE TABLE public.intruder (id int)',
      'DROP TABLE topics',
    ];
    for (const sql of refused) await expect(client.query(sql), sql).rejects.toMatchObject({ code: DENIED });
  });

  test('makes and drops partitions of its event log, and tables of its job library', async () => {
    await client.query(
      "CREATE TABLE events_later PARTITION OF events FOR VALUES FROM ('2099-01-01') TO ('2099-01-08')",
    );
    await client.query('DROP TABLE events_later');
    await client.query(`CREATE TABLE ${name}_jobs.job (id int); DROP TABLE ${name}_jobs.job`);
  });

  test('begins with the platform tables, to the letter', () => {
    expect(migrations[0]?.sql).toBe(readFileSync(PLATFORM_SQL, 'utf8'));
  });
});
