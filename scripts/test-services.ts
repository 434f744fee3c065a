import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { domainUrl, dropRole } from './database/access.ts';
import { connect, databaseOn, withConnection } from './database/connect.ts';
import { readDomains } from './database/domains.ts';
import { migrateAll } from './database/migrate.ts';
import { createGuard } from './processes/guard.ts';
import { outsidePostgres, outsideRedis } from './services/outside.ts';
import { startThrowAwayPostgres, startThrowAwayRedis } from './services/throw-away.ts';
import { SetupError } from './terminal.ts';

export interface TestServices {
  /** A PostgreSQL server, as someone who may make databases: for {@link createTestDatabase}. */
  adminUrl: string;
  redisUrl: string;
  close(): Promise<void>;
}

export interface TestDatabase {
  /** Each domain's own connection URL, by the domain's name. */
  urls: Record<string, string>;
  /** The same database, as the administrator. */
  adminUrl: string;
  drop(): Promise<void>;
}

const TEMPLATE = 'fitme_template';
const TEST_PREFIX = 'fitme_test_';
/** Held for as long as a run lasts: two runs on one server would drop each other's template. */
const RUN_LOCK = 7_240_156;

/**
 * Starts a PostgreSQL and a Redis with throw-away data on free ports, or takes those of DATABASE_URL and REDIS_URL, and
 * migrates the template that every test database is copied from. One call a test run.
 *
 * @param options.durable Whether each commit waits for the disk, as it does in production; by default it does not.
 *
 * @throws SetupError where one of them cannot be had, or another run uses the same server.
 */
export async function startTestServices({ durable = false } = {}): Promise<TestServices> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  const guard = createGuard();
  const [postgres, redis] = await Promise.all([
    databaseUrl ? outsidePostgres(databaseUrl) : startThrowAwayPostgres(guard, { durable }),
    redisUrl ? outsideRedis(redisUrl) : startThrowAwayRedis(guard),
  ]);
  const admin = await connect(postgres.url);
  const close = async () => {
    await admin.end();
    await redis.close();
    await postgres.close();
    await guard.close();
  };
  const dropAndClose = async () => {
    if (databaseUrl) await dropAll(admin);
    await close();
  };
  await takeRunLock(admin).catch((error) => close().then(() => Promise.reject(error)));
  await makeTemplate(admin, postgres.url).catch((error) => dropAndClose().then(() => Promise.reject(error)));
  return { adminUrl: postgres.url, redisUrl: redis.url, close: dropAndClose };
}

/**
 * Makes a migrated database without rows in some 50 ms: one a test file, so that files run side by side.
 *
 * @param options.empty Whether it has no tables either.
 */
export async function createTestDatabase(adminUrl: string, { empty = false } = {}): Promise<TestDatabase> {
  const name = `${TEST_PREFIX}${randomBytes(6).toString('hex')}`;
  await withConnection(adminUrl, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${empty ? 'template1' : TEMPLATE}`),
  );
  const url = databaseOn(adminUrl, name);
  return {
    urls: Object.fromEntries(readDomains().map((domain) => [domain.name, domainUrl(url, domain.name)])),
    adminUrl: url,
    drop: async () =>
      void (await withConnection(adminUrl, (client) =>
        client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      )),
  };
}

async function takeRunLock(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query('SELECT pg_try_advisory_lock($1) AS taken', [RUN_LOCK]);
  if (rows[0].taken) return;
  throw new SetupError(
    'Another test run uses this PostgreSQL: wait for its end, or name another in DATABASE_URL.',
  );
}

async function makeTemplate(admin: pg.Client, adminUrl: string): Promise<void> {
  await dropDatabases(admin);
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  const url = databaseOn(adminUrl, TEMPLATE);
  await withConnection(url, countStatements);
  await migrateAll({ adminUrl: url });
}

async function dropAll(admin: pg.Client): Promise<void> {
  await dropDatabases(admin);
  for (const { name } of readDomains()) await dropRole(admin, name);
}

/** Those of a run that was killed, too. */
async function dropDatabases(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    'SELECT datname FROM pg_database WHERE datname = $1 OR starts_with(datname, $2)',
    [TEMPLATE, TEST_PREFIX],
  );
  for (const { datname } of rows)
    await client.query(`DROP DATABASE ${pg.escapeIdentifier(datname)} WITH (FORCE)`);
}

/** For tests that assert how many statements an operation takes; a server without the extension has them fail, not the rest. */
async function countStatements(client: pg.Client): Promise<void> {
  await client.query('CREATE EXTENSION pg_stat_statements').catch(() => {});
}
