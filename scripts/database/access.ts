import { createHash } from 'node:crypto';
import pg from 'pg';

/** The PostgreSQL role that a domain's service signs in as. */
export function roleOf(domain: string): string {
  return `fitme_${domain}`;
}

/** The schema in which the domain's job library keeps its tables; the library makes them itself, so the role owns it. */
export function jobsSchemaOf(domain: string): string {
  return `${domain}_jobs`;
}

/** The URL under which a domain reaches the database that `adminUrl` names. */
export function domainUrl(
  adminUrl: string,
  domain: string,
  password = derivedPassword(adminUrl, domain),
): string {
  const url = new URL(adminUrl);
  url.username = roleOf(domain);
  url.password = password;
  return url.href;
}

/**
 * The role's password where none is configured: a digest of the administrator's. It needs no store, and whoever runs against
 * the same server (a test beside a development system) arrives at the same one.
 */
function derivedPassword(adminUrl: string, domain: string): string {
  return createHash('sha256')
    .update(`${new URL(adminUrl).password}:${roleOf(domain)}`)
    .digest('base64url');
}

/**
 * Gives a domain its schema and a role that reaches this schema and no other. The tables stay the administrator's: the
 * role reads and writes rows and does not change the structure, but for its job library's schema, which it owns.
 * Does nothing where all is as it should be.
 *
 * @param url the domain's own, whose password the role gets.
 */
export async function grantAccess(client: pg.Client, domain: string, url: string): Promise<void> {
  const schema = pg.escapeIdentifier(domain);
  const jobs = pg.escapeIdentifier(jobsSchemaOf(domain));
  const role = pg.escapeIdentifier(roleOf(domain));
  await ensureRole(client, domain, url);
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE SCHEMA IF NOT EXISTS ${jobs} AUTHORIZATION ${role};
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE, SELECT ON SEQUENCES TO ${role};
    REVOKE ALL ON SCHEMA public FROM PUBLIC;`);
}

/** The event log's partitions are made and dropped by the domain itself, week by week, so the log is its role's own. */
export async function giveEventLog(client: pg.Client, domain: string): Promise<void> {
  const role = pg.escapeIdentifier(roleOf(domain));
  const { rows } = await client.query(
    `SELECT c.oid::regclass AS log FROM pg_class c JOIN pg_roles r ON r.rolname = $2
      WHERE c.relnamespace = $1::regnamespace AND (c.relkind = 'p' OR c.relispartition) AND c.relkind IN ('p', 'r')
        AND c.relowner <> r.oid`,
    [pg.escapeIdentifier(domain), roleOf(domain)],
  );
  await client.query(`GRANT CREATE ON SCHEMA ${pg.escapeIdentifier(domain)} TO ${role}`);
  for (const { log } of rows) await client.query(`ALTER TABLE ${log} OWNER TO ${role}`);
}

/** Drops the domain's role, unless another database still holds something of it. */
export async function dropRole(client: pg.Client, domain: string): Promise<void> {
  await client
    .query(`DROP ROLE IF EXISTS ${pg.escapeIdentifier(roleOf(domain))}`)
    .catch(ignoring(DEPENDENT_OBJECTS));
}

/** Roles belong to the whole server, so the search path is set by role and holds in every database made from a template. */
async function ensureRole(client: pg.Client, domain: string, url: string): Promise<void> {
  const role = pg.escapeIdentifier(roleOf(domain));
  const password = pg.escapeLiteral(decodeURIComponent(new URL(url).password));
  const read = () => client.query('SELECT rolconfig FROM pg_roles WHERE rolname = $1', [roleOf(domain)]);
  if ((await read()).rowCount === 0) {
    await client
      .query(`CREATE ROLE ${role} LOGIN PASSWORD ${password}`)
      .catch(ignoring(DUPLICATE_OBJECT, UNIQUE_VIOLATION));
  }
  const { rolconfig } = (await read()).rows[0] as { rolconfig: string[] | null };
  if (!rolconfig?.includes(`search_path=${domain}`)) {
    await alone(() => client.query(`ALTER ROLE ${role} SET search_path = ${pg.escapeIdentifier(domain)}`));
  }
  if (!(await canSignIn(url)))
    await alone(() => client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${password}`));
  // An administrator who is no superuser (a managed server) has to be a member to give the role a schema.
  const admin = await client.query('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  if (!admin.rows[0].rolsuper) await client.query(`GRANT ${role} TO CURRENT_USER`);
}

async function canSignIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (codeOf(error) === INVALID_PASSWORD || codeOf(error) === INVALID_AUTHORIZATION) return false;
    throw error;
  } finally {
    await client.end();
  }
}

const UNIQUE_VIOLATION = '23505';
const INVALID_AUTHORIZATION = '28000';
const INVALID_PASSWORD = '28P01';
const DEPENDENT_OBJECTS = '2BP01';
const DUPLICATE_OBJECT = '42710';
const INTERNAL_ERROR = 'XX000'; // among others "tuple concurrently updated"

/** Two migrations of different databases on one server can meet at a role: the later one tries again. */
async function alone<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      if (codeOf(error) !== INTERNAL_ERROR || attempt === 5) throw error;
    }
  }
}

function ignoring(...codes: string[]) {
  return (error: unknown) => {
    if (!codes.includes(codeOf(error) ?? '')) throw error;
  };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
