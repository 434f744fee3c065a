import pg from 'pg';
import { SetupError } from '../terminal.ts';

/** A server that is not there refuses at once; on a busy machine, the seed itself holds its connections up for seconds. */
const CONNECTS_WITHIN_MS = 30_000;

/**
 * Opens one connection; who opens it ends it.
 *
 * @throws SetupError that says where it tried to connect, and why it could not.
 */
export async function connect(url: string): Promise<pg.Client> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new SetupError('DATABASE_URL takes a URL such as postgres://user:password@localhost:5432/fitme');
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECTS_WITHIN_MS });
  client.on('error', () => {}); // a server that goes away: the next query says so
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { host, pathname, username } = new URL(url);
    const why =
      error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code : String(error);
    throw new SetupError(
      `PostgreSQL at ${host}${pathname} (user ${username || 'unnamed'}) does not take a connection: ${why}. Check DATABASE_URL.`,
    );
  }
}

/** Does work over a connection of its own. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of another database on the same server. */
export function databaseOn(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes a database unless it is there, and returns its URL. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<string> {
  await withConnection(adminUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  });
  return databaseOn(adminUrl, name);
}
